import JSON
import TaskModel

/// The form for a new task: its type, its type's fields, and what may be asked for any task.
struct TaskForm: Sendable {
    /// What keys go to.
    enum Focus: Sendable, Hashable {
        case type
        case field(Int)
        case start, cancel
    }

    /// The types that there are, each with what was filled in for it; never empty.
    private let types: [TaskTypeDescription]
    private(set) var typeIndex = 0
    private var dataFields: [[FormField]]
    private var options = FormField.options
    private(set) var focus = Focus.type
    /// The task that it is filled in like; `nil` for a new one.
    private(set) var original: TaskID?
    /// What is wrong and belongs to none of the fields.
    private(set) var problem: String?
    /// Whether the service has been asked and has not answered yet.
    private(set) var isSubmitting = false

    /// `nil` where there are no types of task.
    init?(_ types: [TaskTypeDescription]) {
        guard !types.isEmpty else { return nil }
        self.types = types
        dataFields = types.map { $0.fields.map(FormField.init) }
    }

    /// Fills in a form like a task; its data is still to be read where the record has none.
    ///
    /// `nil` where its type is none of those that there are.
    init?(_ types: [TaskTypeDescription], duplicating record: TaskRecord, at now: Timestamp, in localTime: LocalTime) {
        self.init(types)
        guard let index = types.firstIndex(where: { $0.name.hasSameBytes(as: record.type) }) else { return nil }
        typeIndex = index
        original = record.id
        focus = .field(0)
        for field in options.indices {
            let (asked, text) = (record.options, options[field].member)
            switch text {
            case .name: options[field].fill(record.name ?? "")
            case .priority: if asked.priority != 0 { options[field].fill(String(asked.priority)) }
            case .timeout: options[field].fill(asked.timeout.map(JSONValue.number))
            case .retries: if asked.retries != 0 { options[field].fill(String(asked.retries)) }
            case .notBefore:
                // A time that has passed would not delay the new one.
                if let time = asked.notBefore, time > now { options[field].fill(localTime.input(time)) }
            case .data: break
            }
        }
        if let data = record.data {
            fill(data: data)
        } else {
            for field in dataFields[typeIndex].indices { dataFields[typeIndex][field].beginReading() }
        }
    }

    var typeNames: [String] { types.map(\.name) }
    var fields: [FormField] { dataFields[typeIndex] + options }
    /// The fields of the chosen type, and the others: name, and what is asked of the queue.
    var groups: [Range<Int>] {
        let count = dataFields[typeIndex].count
        return [0..<count, count..<count + 1, count + 1..<count + options.count]
    }
    /// Whether data of the task that it is filled in like is missing.
    var isReading: Bool { dataFields.contains { $0.contains(where: \.isReading) } }

    // MARK: - Editing

    /// The elements that can have the focus, in order.
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

    mutating func setType(named name: String) {
        if let index = types.firstIndex(where: { $0.name.hasSameBytes(as: name) }) { setType(index) }
    }

    private mutating func setType(_ index: Int) {
        guard !isSubmitting else { return }
        typeIndex = index
        problem = nil
    }

    /// Changes the text that has the focus.
    mutating func edit(_ change: (inout TextField) -> Bool) {
        guard case .field(let index) = focus, !isSubmitting else { return }
        withField(index) { $0.edit(change) }
    }

    /// Handles a key for the field that has the focus.
    mutating func edit(by key: Key) {
        guard case .field(let index) = focus, !isSubmitting else { return }
        if key == .control("u") { withField(index) { $0.clearLarge() } }
        withField(index) { $0.edit { $0.handle(key) } }
    }

    private mutating func withField(_ index: Int, _ change: (inout FormField) -> Void) {
        let count = dataFields[typeIndex].count
        if index < count { change(&dataFields[typeIndex][index]) } else { change(&options[index - count]) }
    }

    /// Fills in the data of the task that it is filled in like; `nil` if that cannot be read.
    mutating func fill(data: JSONText?) {
        let members = data?.value.members
        if members == nil { problem = "its data cannot be read now; fill it in, or try again" }
        for type in dataFields.indices {
            for field in dataFields[type].indices where type == typeIndex || dataFields[type][field].isReading {
                guard case .data(let name) = dataFields[type][field].member else { continue }
                dataFields[type][field].fill(members?[JSONName(name)])
            }
        }
    }

    // MARK: - Submitting

    /// Makes a draft, without the fields that are empty; `nil` when a field cannot even be sent, which it then says.
    mutating func submit(at now: Timestamp, in localTime: LocalTime) -> TaskDraft? {
        guard !isSubmitting else { return nil }
        problem = nil
        var (data, members): ([JSONName: JSONValue], [JSONName: JSONValue]) = ([:], [:])
        for (index, field) in fields.enumerated() {
            do throws(FormFieldError) {
                let value = try field.value(at: now, in: localTime)
                switch field.member {
                case .data(let name): data[JSONName(name)] = value
                case let member: members[JSONName(member.path)] = value
                }
                withField(index) { $0.problem = nil }
            } catch {
                withField(index) { $0.problem = error.message }
            }
        }
        guard fields.allSatisfy({ $0.problem == nil }) else {
            focusOnProblem()
            return nil
        }
        isSubmitting = true
        members["task_type"] = .string(types[typeIndex].name)
        members["task_data"] = .object(data)
        return TaskDraft(members: members)
    }

    /// Shows why the service has refused the draft.
    mutating func showRefusal(_ error: TaskError, _ sentence: String) {
        isSubmitting = false
        guard case .invalidFields(let problems) = error else {
            problem = sentence
            return
        }
        var others: [String] = []
        for found in problems {
            if let index = fields.firstIndex(where: { $0.member.path == found.field }) {
                withField(index) { $0.problem = found.message }
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
