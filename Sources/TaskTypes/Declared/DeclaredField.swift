package import JSON

/// A field of a declared type.
package struct DeclaredField: Sendable, Hashable {
    /// The kind of value.
    package enum Kind: Sendable, Hashable {
        /// With the limits of its characters, and the expression that it matches as a whole.
        case text(Bounds<Int>, TextPattern?)
        /// A text that names a file; it is never empty.
        case path(Bounds<Int>, TextPattern?)
        /// With the limits of its elements, and the expression that each of them matches.
        case list(Bounds<Int>, TextPattern?)
        case integer(Bounds<Int>)
        case number(Bounds<Double>)
        case boolean
        case choice([String])

        /// Whether a value can be several arguments.
        package var isList: Bool { if case .list = self { true } else { false } }
    }

    /// Whether a request must have a value.
    package enum Presence: Sendable, Hashable {
        case required
        /// What names the field is left out of a program if there is no value.
        case optional
        /// With the value of a missing field, which is a valid one.
        case fallback(JSONValue)
    }

    package let name: String
    package let kind: Kind
    package let presence: Presence
    /// The meaning, in a few words; may be empty.
    package let summary: String

    package init(name: String, kind: Kind, presence: Presence, summary: String = "") {
        self.name = name
        self.kind = kind
        self.presence = presence
        self.summary = summary
    }

    /// Whether every valid request has a value.
    package var alwaysHasValue: Bool { presence != .optional }
}

extension DeclaredField {
    /// The field for forms and clients.
    var description: FieldDescription {
        var fallback: JSONValue?
        if case .fallback(let value) = presence { fallback = value }
        return FieldDescription(
            name: name, kind: kind.described, limits: kind.limits, options: kind.options, pattern: kind.pattern?.text,
            fallback: fallback, isRequired: presence == .required, hint: kind.hint, meaning: summary)
    }
}

extension DeclaredField.Kind {
    fileprivate var described: FieldDescription.Kind {
        switch self {
        case .text: .text
        case .path: .path
        case .list: .list
        case .integer: .integer
        case .number: .number
        case .boolean: .boolean
        case .choice: .choice
        }
    }

    fileprivate var limits: FieldDescription.Limits {
        switch self {
        case .text(let bounds, _), .path(let bounds, _), .list(let bounds, _), .integer(let bounds):
            let value = { (bound: Int?) in bound.map { JSONValue.integer(Int64($0)) } ?? .null }
            return FieldDescription.Limits(minimum: value(bounds.minimum), maximum: value(bounds.maximum))
        case .number(let bounds):
            let value = { (bound: Double?) in bound.map(JSONValue.number) ?? .null }
            return FieldDescription.Limits(minimum: value(bounds.minimum), maximum: value(bounds.maximum))
        case .boolean, .choice: return .none
        }
    }

    fileprivate var options: [String] {
        if case .choice(let options) = self { options } else { [] }
    }

    fileprivate var pattern: TextPattern? {
        switch self {
        case .text(_, let pattern), .path(_, let pattern), .list(_, let pattern): pattern
        case .integer, .number, .boolean, .choice: nil
        }
    }

    fileprivate var hint: String {
        switch self {
        case .text(let bounds, _): bounds.words { "\($0)" }.map { "\($0) characters" } ?? "any text"
        case .path: "a path"
        case .list(let bounds, _): bounds.words { "\($0)" }.map { "\($0) elements" } ?? "any number of elements"
        case .integer(let bounds): bounds.words { "\($0)" } ?? "any whole number"
        case .number(let bounds): bounds.words(\.plainText) ?? "any number"
        case .boolean: "true or false"
        case .choice(let options): "one of \(options.joined(separator: ", "))"
        }
    }
}
