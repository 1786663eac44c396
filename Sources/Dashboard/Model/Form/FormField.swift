import JSON

/// A field of the form for a new task.
struct FormField: Sendable {
    /// The member of the request that a field sets.
    enum Member: Sendable, Hashable {
        case data(String)
        case name, priority, timeout, retries, notBefore

        /// The name of the member in problems that the service reports.
        var path: String {
            switch self {
            case .data(let name): "task_data.\(name)"
            case .name: "name"
            case .priority: "priority"
            case .timeout: "timeout"
            case .retries: "retries"
            case .notBefore: "not_before"
            }
        }
    }

    let member: Member
    let label: String
    let kind: FieldDescription.Kind
    /// The meaning in a few words.
    let meaning: String
    /// The full explanation, with valid values.
    let explanation: String
    /// The default, shown while the field is empty; empty for a required field.
    let fallback: String
    /// Whether the field must be filled in.
    let isRequired: Bool
    /// The values of a choice.
    let options: [String]
    var content: Content
    var problem: String?

    /// The maximum size of an editable text, in bytes of UTF-8.
    private static let editableSize = 65_536

    init(_ description: FieldDescription) {
        member = .data(description.name)
        label = description.name
        kind = description.kind
        meaning = description.meaning
        isRequired = description.isRequired
        options = description.options
        let right = description.kind.words(with: description.hint)
        explanation = description.meaning.isEmpty ? right : "\(description.meaning): \(right)"
        fallback =
            description.fallback.map { Content($0, of: description.kind).isEmptyList ? "none" : Self.text(of: $0) }
            ?? ""
        // A suggestion that equals the default need not be set.
        content = Content(
            kind == .choice || kind == .boolean ? nil : description.suggestion, of: description.kind)
    }

    init(
        _ member: Member, _ label: String, _ kind: FieldDescription.Kind, meaning: String, explanation: String,
        fallback: String
    ) {
        self.member = member
        self.label = label
        self.kind = kind
        self.meaning = meaning
        self.explanation = explanation
        self.fallback = fallback
        isRequired = false
        options = []
        content = .text(TextField())
    }

    /// The label, with a mark if the field must be filled in.
    var heading: String { isRequired ? "\(label)*" : label }

    var isReading: Bool {
        if case .reading = content { true } else { false }
    }

    // MARK: - Filling in

    mutating func beginReading() { content = .reading }

    mutating func fill(_ text: String) { content = .text(TextField(text)) }

    /// Sets the text of a value; a value that is too large to edit is kept as a whole.
    mutating func fill(_ value: JSONValue?) {
        let text = value.map(Self.text) ?? ""
        let lineCount = kind == .lines ? text.unicodeScalars.count { $0 == "\n" } : 0
        if let value, text.utf8.count > Self.editableSize || lineCount >= LinesField.capacity {
            content = .large(value, bytes: text.utf8.count)
        } else {
            content = Content(value, of: kind)
        }
    }

    /// Changes the text and clears the problem.
    mutating func edit(_ change: (inout TextField) -> Bool) {
        guard case .text(var field) = content else { return }
        let before = field.revision
        _ = change(&field)
        if field.revision != before { problem = nil }
        content = .text(field)
    }

    /// JSON with spaces between the elements.
    private static func spaced(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements): "[\(elements.map(spaced).joined(separator: ", "))]"
        default: value.jsonText
        }
    }

    static func text(of value: JSONValue) -> String {
        if case .string(let text) = value { text } else { spaced(value) }
    }
}

extension FieldDescription.Kind {
    /// What is valid, and how it is filled in.
    ///
    /// - Parameter hint: The valid values in words; empty if there are none.
    fileprivate func words(with hint: String) -> String {
        // All values of the kind.
        let hint = hint.hasPrefix("any ") ? "" : hint
        let detail = hint.isEmpty ? "" : ", \(hint)"
        return switch self {
        case .number: "a number\(detail)"
        case .integer: "a whole number\(detail)"
        case .text: hint.isEmpty ? "text" : hint
        case .lines: "text, Enter begins a line\(detail)"
        case .array: "a JSON array such as [1, \"two\"]\(detail)"
        case .boolean: "Space switches"
        case .choice: "Left and Right choose\(detail)"
        case .path: "\(hint.isEmpty ? "a path" : hint), Tab completes it"
        case .list: "one item a line, or a JSON array\(detail)"
        case .object: "NAME=value, one a line"
        case .command: "a line for the shell, or arguments as a JSON array"
        }
    }
}
