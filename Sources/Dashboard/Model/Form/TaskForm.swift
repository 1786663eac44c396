import JSON
import TaskModel

/// The form for a new task: its type, the fields of the type, and the options of every task.
struct TaskForm: Sendable {
    /// The element of the form that receives keys.
    enum Focus: Sendable, Hashable {
        case type
        case field(FormField.Member)
        case start, cancel
    }

    /// The task types, never empty; the text of their fields is kept when another type is chosen.
    private var types: [TaskTypeDescription]
    private(set) var typeIndex: Int
    private var dataFields: [[FormField]]
    private var options = FormField.options
    private(set) var focus = Focus.type
    /// The task that the form was filled in from; `nil` for a new one.
    private(set) var original: TaskID?
    /// A problem that belongs to no field.
    private(set) var problem: String?
    /// The path that has been completed as far as it is unique.
    private var completedPath: String?
    /// Whether a type was chosen, or a field filled in.
    private var isChanged = false
    /// Whether the draft was submitted and the result is not known yet.
    private(set) var isSubmitting = false

    /// An empty form; `nil` if there are no task types.
    ///
    /// - Parameter offered: The type that is chosen at first; `nil` for the first one.
    init?(_ types: [TaskTypeDescription], offering offered: String? = nil) {
        guard !types.isEmpty else { return nil }
        typeIndex = offered.flatMap { name in types.firstIndex { $0.name.hasSameBytes(as: name) } } ?? 0
        self.types = types
        dataFields = types.map { $0.fields.map(FormField.init) }
    }

    /// A form filled in from a task; its data is read later if the record has none.
    ///
    /// `nil` if the type of the task does not exist any more.
    init?(_ types: [TaskTypeDescription], duplicating record: TaskRecord, at now: Timestamp, in localTime: LocalTime) {
        self.init(types)
        guard let index = types.firstIndex(where: { $0.name.hasSameBytes(as: record.type) }) else { return nil }
        typeIndex = index
        original = record.id
        focus = .field(fields[0].member)
        for field in options.indices {
            let requested = record.options
            switch options[field].member {
            case .name: options[field].fill(record.name ?? "")
            case .priority: if requested.priority != 0 { options[field].fill(String(requested.priority)) }
            case .timeout: options[field].fill(requested.timeout.map(JSONValue.number))
            case .retries: if requested.retries != 0 { options[field].fill(String(requested.retries)) }
            case .notBefore:
                // A time in the past would not delay the new task.
                if let time = requested.notBefore, time > now { options[field].fill(localTime.input(time)) }
            case .data: break
            }
        }
        if let data = record.data {
            fill(data: data)
        } else {
            for field in dataFields[typeIndex].indices { dataFields[typeIndex][field].beginReading() }
        }
    }

    /// What tasks of the type do; may be empty.
    var summary: String { types[typeIndex].summary }
    var typeName: String { types[typeIndex].name }
    var typeNames: [String] { types.map(\.name) }
    var fields: [FormField] { dataFields[typeIndex] + options }
    /// The fields in groups: those of the type, the name, and the options of the queue.
    var groups: [[FormField]] { [dataFields[typeIndex], Array(options.prefix(1)), Array(options.dropFirst())] }
    /// The focused field; `nil` if another element has the focus.
    var focusedField: FormField? { fields.first { focus == .field($0.member) } }
    /// Whether the data of the original task is still missing.
    var isReading: Bool { dataFields.contains { $0.contains(where: \.isReading) } }

    /// Offers other types, unless the form has been changed or is filled in from a task.
    mutating func replaceTypes(by types: [TaskTypeDescription]) {
        guard types != self.types, !isChanged, original == nil, var form = TaskForm(types, offering: typeName) else {
            return
        }
        form.setFocus(focus)
        self = form
    }

    // MARK: - Editing

    /// The elements that can have the focus, in order.
    private var order: [Focus] { [.type] + fields.map { .field($0.member) } + [.start, .cancel] }

    /// Whether a text field has the focus.
    var isEditingText: Bool { focusedField?.isText ?? false }

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
        (typeIndex, isChanged) = (index, true)
        problem = nil
    }

    /// Inserts pasted text into the focused field.
    mutating func paste(_ text: String) {
        guard case .field(let member) = focus, !isSubmitting else { return }
        withField(member) { $0.paste(text) }
    }

    /// Moves the cursor within the focused field, or to the next element behind its last line.
    mutating func moveRow(by step: Int) {
        var hasMoved = false
        if case .field(let member) = focus { withField(member) { hasMoved = $0.moveRow(by: step) } }
        if !hasMoved { moveFocus(by: step) }
    }

    /// The path in the focused field that is to be completed; `nil` if there is none.
    var completablePath: String? {
        guard let path = focusedField?.completablePath, path != completedPath else { return nil }
        return path
    }

    /// Applies the completion of a path, unless it has been changed meanwhile; a complete one moves the focus.
    mutating func apply(_ completion: PathCompletion, of path: String) {
        guard case .field(let member) = focus, focusedField?.completablePath == path else { return }
        if completion.path != path {
            withField(member) { $0.fill(completion.path) }
        } else if completion.names.count > 1 {
            completedPath = path
        } else {
            moveFocus(by: 1)
        }
    }

    /// Handles a key in the focused field.
    mutating func edit(by key: Key) {
        guard case .field(let member) = focus, !isSubmitting else { return }
        withField(member) { $0.handle(key) }
    }

    private mutating func withField(_ member: FormField.Member, _ change: (inout FormField) -> Void) {
        isChanged = true
        if let index = dataFields[typeIndex].firstIndex(where: { $0.member == member }) {
            change(&dataFields[typeIndex][index])
        } else if let index = options.firstIndex(where: { $0.member == member }) {
            change(&options[index])
        }
    }

    /// Fills in the data of the original task; `nil` if it cannot be read.
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

    /// Returns a draft without the empty fields; `nil` if a field cannot be sent, which then shows its problem.
    mutating func submit(at now: Timestamp, in localTime: LocalTime) -> TaskDraft? {
        guard !isSubmitting else { return nil }
        problem = nil
        var (data, members): ([JSONName: JSONValue], [JSONName: JSONValue]) = ([:], [:])
        for field in fields {
            do throws(FormFieldError) {
                let value = try field.value(at: now, in: localTime)
                switch field.member {
                case .data(let name): data[JSONName(name)] = value
                case let member: members[JSONName(member.path)] = value
                }
                withField(field.member) { $0.problem = nil }
            } catch {
                withField(field.member) { $0.problem = error.message }
            }
        }
        guard fields.allSatisfy({ $0.problem == nil }) else {
            focusOnProblem()
            return nil
        }
        isSubmitting = true
        members["task_type"] = .string(typeName)
        members["task_data"] = .object(data)
        return TaskDraft(members: members)
    }

    /// Shows the service's error at its field.
    mutating func showRefusal(_ error: TaskError, _ sentence: String) {
        isSubmitting = false
        guard case .invalidFields(let problems) = error else {
            problem = sentence
            return
        }
        var others: [String] = []
        for found in problems {
            if let (field, part) = Self.field(of: found.field, among: fields) {
                // The first problem of a field suffices.
                guard field.problem == nil else { continue }
                withField(field.member) { $0.problem = part.isEmpty ? found.message : "\(part) \(found.message)" }
            } else {
                others.append("\(found.field) \(found.message)")
            }
        }
        problem = others.isEmpty ? nil : others.joined(separator: "; ")
        focusOnProblem()
    }

    /// The field that a problem is about, and the part of its value: `[1]` of `task_data.command[1]`, `A` of
    /// `task_data.env.A`; `nil` if there is no such field.
    private static func field(of path: String, among fields: [FormField]) -> (field: FormField, part: String)? {
        for field in fields {
            let whole = field.member.path
            if path.hasSameBytes(as: whole) { return (field, "") }
            if path.hasBytePrefix(whole + "[") { return (field, String(path.dropFirst(whole.count))) }
            if path.hasBytePrefix(whole + ".") { return (field, String(path.dropFirst(whole.count + 1))) }
        }
        return nil
    }

    private mutating func focusOnProblem() {
        if let field = fields.first(where: { $0.problem != nil }) { focus = .field(field.member) }
    }
}
