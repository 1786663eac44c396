import TaskModel

/// The form for a new task: its type, and its type's fields.
struct TaskForm: Sendable {
    /// One field of the chosen type.
    struct Field: Sendable {
        let description: FieldDescription
        var text: TextField
        var problem: String?
    }

    /// What keys go to.
    enum Focus: Sendable, Hashable {
        case type
        case field(Int)
        case start, cancel
    }

    /// The types that there are, each with what was filled in for it; never empty.
    private let types: [TaskTypeDescription]
    private(set) var typeIndex = 0
    private var fieldsByType: [[Field]]
    private(set) var focus = Focus.type
    /// What is wrong and belongs to none of the fields.
    private(set) var problem: String?
    /// Whether the service has been asked and has not answered yet.
    private(set) var isSubmitting = false

    /// `nil` where there are no types of task.
    init?(_ types: [TaskTypeDescription]) {
        guard !types.isEmpty else { return nil }
        self.types = types
        fieldsByType = types.map { type in
            type.fields.map { Field(description: $0, text: TextField(Self.text(for: $0)), problem: nil) }
        }
    }

    var typeNames: [String] { types.map(\.name) }
    var fields: [Field] { fieldsByType[typeIndex] }

    private static func text(for field: FieldDescription) -> String {
        if case .string(let text) = field.fallback { text } else { field.fallback.jsonText }
    }

    // MARK: - Editing

    private var order: [Focus] { [.type] + fields.indices.map(Focus.field) + [.start, .cancel] }

    /// Whether the focus is on a field.
    var isEditingText: Bool {
        if case .field = focus { true } else { false }
    }

    mutating func moveFocus(by steps: Int) {
        let order = order
        let index = (order.firstIndex(of: focus) ?? 0) + steps
        focus = order[(index + order.count) % order.count]
    }

    mutating func setFocus(_ focus: Focus) {
        if order.contains(focus) { self.focus = focus }
    }

    mutating func moveType(by steps: Int) {
        setType((typeIndex + steps + types.count) % types.count)
    }

    mutating func setType(_ index: Int) {
        guard types.indices.contains(index), !isSubmitting else { return }
        typeIndex = index
        problem = nil
    }

    /// Changes the text that has the focus; what was wrong with it is forgotten.
    mutating func edit(_ change: (inout TextField) -> Bool) {
        guard case .field(let index) = focus, !isSubmitting else { return }
        let before = fieldsByType[typeIndex][index].text.revision
        _ = change(&fieldsByType[typeIndex][index].text)
        if fieldsByType[typeIndex][index].text.revision != before { fieldsByType[typeIndex][index].problem = nil }
    }

    // MARK: - Submitting

    /// Makes a draft; `nil` when a field cannot even be sent, which it then says.
    ///
    /// Whether the values are right is the service's to say, by the rules it has for every client.
    mutating func submit() -> TaskDraft? {
        guard !isSubmitting else { return nil }
        problem = nil
        var data: [JSONName: JSONValue] = [:]
        var isComplete = true
        for (index, field) in fields.enumerated() {
            do throws(JSONSyntaxError) {
                data[JSONName(field.description.name)] = try Self.value(of: field)
                fieldsByType[typeIndex][index].problem = nil
            } catch {
                isComplete = false
                fieldsByType[typeIndex][index].problem = "is not JSON: \(error.reason) (at byte \(error.offset))"
            }
        }
        guard isComplete else {
            focusOnProblem()
            return nil
        }
        isSubmitting = true
        return TaskDraft(type: types[typeIndex].name, data: .object(data))
    }

    /// The value to send; `nil` for the default.
    private static func value(of field: Field) throws(JSONSyntaxError) -> JSONValue? {
        let text = field.text.text
        switch field.description.kind {
        case .text:
            return .string(text)
        case .number, .integer:
            if text.allSatisfy(\.isWhitespace) { return nil }
            // What is no number goes as the text it is, for the service to say what would be right.
            guard let value = try? JSONParser.parse(Array(text.utf8)) else { return .string(text) }
            return value
        case .array:
            if text.allSatisfy(\.isWhitespace) { return nil }
            return try JSONParser.parse(Array(text.utf8))
        }
    }

    /// Shows why the service has refused the draft.
    mutating func refuse(_ error: TaskError) {
        isSubmitting = false
        guard case .invalidFields(let problems) = error else {
            problem = error.detail
            return
        }
        var others: [String] = []
        for found in problems {
            let index = fields.firstIndex { "task_data.\($0.description.name)" == found.field }
            if let index {
                fieldsByType[typeIndex][index].problem = found.message
            } else {
                others.append("\(found.field) \(found.message)")
            }
        }
        problem = others.isEmpty ? nil : others.joined(separator: "; ")
        focusOnProblem()
    }

    private mutating func focusOnProblem() {
        if let index = fields.firstIndex(where: { $0.problem != nil }) { focus = .field(index) }
    }
}
