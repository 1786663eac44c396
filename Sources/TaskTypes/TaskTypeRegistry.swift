import JSON
package import TaskModel

/// All kinds of task: those that are built in, and those that the configuration declares.
package struct TaskTypeRegistry: Sendable {
    /// The kinds that need no configuration.
    package static let builtIn = TaskTypeRegistry()

    private static let builtInKinds: [TaskKind] = [
        .work(ProcessData.self),
        .work(GenerateReport.self),
        .work(CPUIntensive.self),
        .command,
    ]

    /// The names of the built-in kinds, which declared types cannot have.
    package static var reservedNames: [String] { builtInKinds.map(\.name) }

    /// Whether tasks of a type are work in Swift, and not a program to run.
    package static func isBuiltInWork(_ name: String) -> Bool {
        builtInKinds.contains { kind in
            if case .work(let type) = kind { type.name.hasSameBytes(as: name) } else { false }
        }
    }

    private let kinds: [TaskKind]
    private let defaults: ProgramDefaults

    /// - Parameters:
    ///   - declared: Types with names of their own, none of them reserved.
    ///   - defaults: What programs get unless their tasks set others.
    package init(declared: [DeclaredType] = [], defaults: ProgramDefaults = ProgramDefaults()) {
        kinds = Self.builtInKinds + declared.map(TaskKind.declared)
        self.defaults = defaults
    }

    /// The same kinds with other declared types.
    package func replacingDeclared(with declared: [DeclaredType]) -> TaskTypeRegistry {
        TaskTypeRegistry(declared: declared, defaults: defaults)
    }

    /// The names of all kinds, in the order in which they are offered.
    package var names: [String] { kinds.map(\.name) }

    /// The fields of all kinds, collected by the code that validates them.
    package var descriptions: [TaskTypeDescription] {
        kinds.map { kind in
            var fields = FieldReader([:])
            _ = kind.read([:], from: &fields, defaults)
            return TaskTypeDescription(name: kind.name, summary: kind.summary, fields: fields.descriptions)
        }
    }

    /// A task of each kind of work in Swift; see ``TaskType/sample``.
    package static var samples: [TaskDraft] {
        builtInKinds.compactMap { kind in
            guard case .work(let type) = kind else { return nil }
            return TaskDraft(type: type.name, data: type.sample)
        }
    }

    /// Validates a draft and creates its work.
    ///
    /// - Parameter programs: Checks whether a program can be started; `nil` for no check. Programs of tasks that start
    ///   later may be installed meanwhile, and are not checked.
    /// - Throws: ``TaskError/invalidFields(_:)`` with all problems.
    package func check(_ draft: TaskDraft, programs: (any ProgramCheck)? = nil) throws(TaskError) -> CheckedTask {
        var fields = FieldReader(membersWithDefaults(of: draft))
        let name = fields.optionalText("name", atMost: TaskRecord.nameLimit)
        let kind = fields.choice("task_type", of: kinds.map { ($0.name, $0) })
        let data = fields.object("task_data")
        let options = TaskOptions(from: &fields)
        var reading: TaskKind.Reading?
        var problems: [FieldProblem] = []
        if let kind, let data {
            var dataFields = FieldReader(data, path: "task_data.")
            reading = kind.read(data, from: &dataFields, defaults)
            problems = dataFields.finish()
        }
        problems += fields.finish()
        guard problems.isEmpty, let kind, let reading else { throw .invalidFields(problems) }
        if options.notBefore == nil, let programs, case .program(let program) = reading.work {
            let problems = programs.problems(of: program)
            guard problems.isEmpty else { throw .invalidFields(problems.map(kind.problem)) }
        }
        return CheckedTask(
            type: kind.name, name: name, title: Self.title(named: name, reading.title), data: .object(reading.data),
            options: options, work: reading.work)
    }

    /// The members of a draft, and those that it lacks and its type has values for.
    private func membersWithDefaults(of draft: TaskDraft) -> [JSONName: JSONValue] {
        guard case .string(let name) = draft.members["task_type"], let kind = kind(named: name) else {
            return draft.members
        }
        return draft.members.merging(kind.defaultMembers) { given, _ in given }
    }

    private func kind(named name: String) -> TaskKind? { kinds.first { $0.name.hasSameBytes(as: name) } }

    /// The title of a task that was stored without one.
    package func title(of record: TaskRecord) -> String {
        guard let kind = kind(named: record.type), let data = record.data?.value.members else {
            return Self.title(named: record.name, "")
        }
        var fields = FieldReader(data)
        return Self.title(named: record.name, kind.read(data, from: &fields, defaults)?.title ?? "")
    }

    /// The name without unprintable characters; the title of the work if nothing is left.
    private static func title(named name: String?, _ title: String) -> String {
        let name = name.map { TitleText.line($0, atMost: TaskRecord.nameLimit) } ?? ""
        return name.isEmpty ? title : name
    }
}
