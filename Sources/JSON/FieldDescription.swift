/// One field of a task's data.
package struct FieldDescription: Sendable, Hashable {
    /// What kind of value belongs there.
    package enum Kind: Sendable, Hashable {
        case number, integer, text, array
    }

    /// The member's name in `task_data`.
    package let name: String
    /// What kind of value belongs there.
    package let kind: Kind
    /// What is taken when the field is not there.
    package let fallback: JSONValue
    /// What would be right, in a few words: `0 to 86400`.
    package let hint: String
    /// What it means, in a few words: `seconds an item`; may be empty.
    package let meaning: String
    /// What a form suggests: a value with which there is something to watch.
    package let suggestion: JSONValue

    /// - Parameter suggestion: `nil` stands for the fallback.
    package init(
        name: String, kind: Kind, fallback: JSONValue, hint: String, meaning: String = "", suggestion: JSONValue? = nil
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.hint = hint
        self.meaning = meaning
        self.suggestion = suggestion ?? fallback
    }
}
