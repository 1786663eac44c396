/// One field of a task's data.
package struct FieldDescription: Sendable, Hashable {
    /// The kind of a field's value.
    package enum Kind: String, Sendable, Hashable, CaseIterable, JSONReadable, JSONWritable {
        case number, integer, boolean
        case text = "string"
        /// A string of several lines.
        case lines = "text"
        case array
        /// An array of strings.
        case list
        /// An object whose members are strings.
        case object
        /// A string that is one of the field's options.
        case choice
        /// A string that names a file or a directory.
        case path
        /// An array of arguments, or one string for a shell.
        case command
    }

    /// The limits of a number, of a text's characters, or of an array's elements; `null` where there is none.
    package struct Limits: Sendable, Hashable {
        package let minimum: JSONValue
        package let maximum: JSONValue

        package static let none = Limits(minimum: .null, maximum: .null)

        package init(minimum: JSONValue, maximum: JSONValue) {
            self.minimum = minimum
            self.maximum = maximum
        }

        package init(_ range: ClosedRange<Double>) {
            (minimum, maximum) = (.number(range.lowerBound), .number(range.upperBound))
        }

        package init(_ range: ClosedRange<Int>) {
            (minimum, maximum) = (.integer(Int64(range.lowerBound)), .integer(Int64(range.upperBound)))
        }
    }

    /// The member's name in `task_data`.
    package let name: String
    /// The kind of value.
    package let kind: Kind
    /// The limits of the value.
    package let limits: Limits
    /// The values of a choice; empty for another kind.
    package let options: [String]
    /// The regular expression that the whole text matches; `nil` if there is none.
    package let pattern: String?
    /// The value of a missing field; `nil` if there is none.
    package let fallback: JSONValue?
    /// Whether the field must be present.
    package let isRequired: Bool
    /// The allowed values, in a few words: `0 to 86400`.
    package let hint: String
    /// The meaning, in a few words: `seconds an item`; may be empty.
    package let meaning: String
    /// The value that a form is filled in with, for a task that takes long enough to be watched; `nil` if there is none.
    package let suggestion: JSONValue?

    /// - Parameters:
    ///   - isRequired: `nil` stands for a field without fallback.
    ///   - suggestion: `nil` stands for the fallback.
    package init(
        name: String, kind: Kind, limits: Limits = .none, options: [String] = [], pattern: String? = nil,
        fallback: JSONValue?, isRequired: Bool? = nil, hint: String, meaning: String = "", suggestion: JSONValue? = nil
    ) {
        self.name = name
        self.kind = kind
        self.limits = limits
        self.options = options
        self.pattern = pattern
        self.fallback = fallback
        self.isRequired = isRequired ?? (fallback == nil)
        self.hint = hint
        self.meaning = meaning
        self.suggestion = suggestion ?? fallback
    }
}

extension FieldDescription: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            name: try members.value("name"), kind: try members.value("kind"),
            limits: Limits(
                minimum: try members.optional("minimum") ?? .null, maximum: try members.optional("maximum") ?? .null),
            options: try members.optional("options") ?? [], pattern: try members.optional("pattern"),
            fallback: try members.optional("default"), isRequired: try members.value("required"),
            hint: try members.value("hint"), meaning: try members.value("meaning"),
            suggestion: try members.optional("suggestion"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("default", fallback)
            json.member("hint", hint)
            json.member("kind", kind)
            json.member("maximum", limits.maximum)
            json.member("meaning", meaning)
            json.member("minimum", limits.minimum)
            json.member("name", name)
            json.member("options", options.isEmpty ? JSONValue.null : .array(options.map(JSONValue.string)))
            json.member("pattern", pattern)
            json.member("required", isRequired)
            json.member("suggestion", suggestion)
        }
    }
}
