/// One field of a task's data.
package struct FieldDescription: Sendable, Hashable {
    /// The kind of a field's value, by JSON's word for it.
    package enum Kind: String, Sendable, Hashable, JSONWritable {
        case number, integer
        case text = "string"
        case array
    }

    /// The limits of a number, of a text's characters, or of an array's elements.
    package struct Limits: Sendable, Hashable {
        package let minimum: JSONValue
        package let maximum: JSONValue

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
    /// The value of a missing field; `nil` if the field is required.
    package let fallback: JSONValue?
    /// The allowed values, in a few words: `0 to 86400`.
    package let hint: String
    /// The meaning, in a few words: `seconds an item`; may be empty.
    package let meaning: String
    /// The value that a form is filled in with, for a task that takes long enough to be watched; `nil` if there is none.
    package let suggestion: JSONValue?

    /// - Parameter suggestion: `nil` stands for the fallback.
    package init(
        name: String, kind: Kind, limits: Limits, fallback: JSONValue?, hint: String, meaning: String = "",
        suggestion: JSONValue? = nil
    ) {
        self.name = name
        self.kind = kind
        self.limits = limits
        self.fallback = fallback
        self.hint = hint
        self.meaning = meaning
        self.suggestion = suggestion ?? fallback
    }
}

extension FieldDescription: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("default", fallback)
            json.member("hint", hint)
            json.member("kind", kind)
            json.member("maximum", limits.maximum)
            json.member("meaning", meaning)
            json.member("minimum", limits.minimum)
            json.member("name", name)
            json.member("required", fallback == nil)
            json.member("suggestion", suggestion)
        }
    }
}
