import JSON
import TaskModel

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

    /// The content of a field.
    enum Content: Sendable {
        case text(TextField)
        /// A value that is too large to edit; it is sent unchanged.
        case large(JSONValue, bytes: Int)
        /// The value is being read.
        case reading
    }

    let member: Member
    let label: String
    let kind: FieldDescription.Kind
    /// The meaning in a few words.
    let meaning: String
    /// The full explanation, with valid values.
    let explanation: String
    /// The default, shown while the field is empty.
    let fallback: String
    private(set) var content: Content
    var problem: String?

    /// The maximum size of an editable text, in bytes of UTF-8.
    private static let editableSize = 65_536

    init(_ description: FieldDescription) {
        member = .data(description.name)
        label = description.name
        kind = description.kind
        meaning = description.meaning
        let right = "\(description.kind.words), \(description.hint)"
        explanation = description.meaning.isEmpty ? right : "\(description.meaning): \(right)"
        fallback = Self.text(of: description.fallback)
        content = .text(TextField(Self.text(of: description.suggestion)))
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
        content = .text(TextField())
    }

    /// The fields for the options of every task.
    static var options: [FormField] {
        let (priorities, retries) = (TaskOptions.priorities, TaskOptions.retryCounts)
        return [
            FormField(
                .name, "name", .text, meaning: "what the table calls it",
                explanation: "what the table calls it, at most \(TaskRecord.nameLimit) characters",
                fallback: "made from its data"),
            FormField(
                .priority, "priority", .integer, meaning: "higher: sooner",
                explanation: "\(priorities.lowerBound) to \(priorities.upperBound); the higher, the sooner",
                fallback: "0"),
            FormField(
                .timeout, "timeout", .number, meaning: "running time",
                explanation: "seconds of running time, or a duration: 10m, 1h30m", fallback: "none"),
            FormField(
                .retries, "retries", .integer, meaning: "if it fails",
                explanation: "if it fails: \(retries.lowerBound) to \(retries.upperBound) more attempts", fallback: "0"),
            FormField(
                .notBefore, "not before", .text, meaning: "06:00, +10m, tomorrow 06:00",
                explanation: LocalTime.examples, fallback: "now"),
        ]
    }

    var isReading: Bool {
        if case .reading = content { true } else { false }
    }

    // MARK: - Filling in

    mutating func beginReading() { content = .reading }

    mutating func fill(_ text: String) { content = .text(TextField(text)) }

    /// Sets the text of a value; a value that is too large to edit is kept as a whole.
    mutating func fill(_ value: JSONValue?) {
        let text = value.map(Self.text) ?? ""
        if let value, text.utf8.count > Self.editableSize {
            content = .large(value, bytes: text.utf8.count)
        } else {
            content = .text(TextField(text))
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

    /// Removes a large value so that text can be typed.
    mutating func clearLarge() {
        if case .large = content { content = .text(TextField()) }
    }

    /// JSON with spaces between the elements.
    private static func spaced(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements): "[\(elements.map(spaced).joined(separator: ", "))]"
        default: value.jsonText
        }
    }

    private static func text(of value: JSONValue) -> String {
        if case .string(let text) = value { text } else { spaced(value) }
    }
}

/// The reason why a text cannot be sent, with valid values.
struct FormFieldError: Error, Hashable {
    let message: String
}

extension FormField {
    /// The value to send; `nil` for the default.
    ///
    /// The service validates it as for any other client.
    ///
    /// - Throws: ``FormFieldError`` if the text cannot be converted to a value.
    func value(at now: Timestamp, in localTime: LocalTime) throws(FormFieldError) -> JSONValue? {
        let text: String
        switch content {
        case .large(let value, _): return value
        case .reading: throw FormFieldError(message: "is still being read")
        case .text(let field):
            if field.isBlank { return nil }
            text = field.text
        }
        switch (member, kind) {
        case (.timeout, _): return try Self.seconds(text)
        case (.notBefore, _):
            if text.lowercased() == fallback { return nil }
            do throws(TimeTextError) {
                return .string(try localTime.time(from: text, at: now).description)
            } catch {
                throw FormFieldError(message: error.message)
            }
        case (_, .text): return .string(text)
        case (_, .number), (_, .integer):
            // Anything but a number is sent as text, so that the service reports valid values.
            return (try? JSONParser.parse(Array(text.utf8))) ?? .string(text)
        case (_, .array):
            do throws(JSONSyntaxError) {
                return try JSONParser.parse(Array(text.utf8))
            } catch {
                throw FormFieldError(message: "is not JSON: \(error.reason) (at byte \(error.offset))")
            }
        }
    }

    private static func seconds(_ text: String) throws(FormFieldError) -> JSONValue? {
        if text.lowercased().hasSameBytes(as: "none") { return nil }
        switch try? JSONParser.parse(Array(text.utf8)) {
        case .integer(let seconds): return .integer(seconds)
        case .number(let seconds): return .number(seconds)
        default: break
        }
        guard let milliseconds = DurationText.milliseconds(text.trimmed) else {
            throw FormFieldError(message: "is not a duration; use seconds such as 90, or 10m, or 1h30m")
        }
        return milliseconds % 1000 == 0 ? .integer(milliseconds / 1000) : .number(Double(milliseconds) / 1000)
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension FieldDescription.Kind {
    fileprivate var words: String {
        switch self {
        case .number: "a number"
        case .integer: "a whole number"
        case .text: "text"
        case .array: "a JSON array such as [1, \"two\"]"
        }
    }
}
