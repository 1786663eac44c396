package import JSON
package import TaskModel

/// All kinds of task.
package enum TaskTypeRegistry {
    private static let types: [any TaskType.Type] = [
        ProcessData.self,
        GenerateReport.self,
        CPUIntensive.self,
    ]

    /// The names of all kinds, in the order in which they are offered.
    package static var names: [String] { types.map { $0.name } }

    /// The fields of all kinds, collected by the code that validates them.
    package static var descriptions: [TaskTypeDescription] {
        types.map { type in
            var fields = FieldReader([:])
            _ = type.init(from: &fields)
            return TaskTypeDescription(name: type.name, summary: type.summary, fields: fields.descriptions)
        }
    }

    /// A task of each kind; see ``TaskType/sample``.
    package static var samples: [TaskDraft] {
        types.map { TaskDraft(type: $0.name, data: $0.sample) }
    }

    /// Validates a draft and creates its work.
    ///
    /// - Throws: ``TaskError/invalidFields(_:)`` with all problems.
    package static func check(_ draft: TaskDraft) throws(TaskError) -> CheckedTask {
        var fields = FieldReader(draft.members)
        let name = fields.optionalText("name", atMost: TaskRecord.nameLimit)
        let type = fields.choice("task_type", of: types.map { ($0.name, $0) })
        let data = fields.object("task_data")
        let options = TaskOptions(from: &fields)
        var work: (any TaskType)?
        var problems: [FieldProblem] = []
        if let type, let data {
            var dataFields = FieldReader(data, path: "task_data.")
            work = type.init(from: &dataFields)
            problems = dataFields.finish()
        }
        problems += fields.finish()
        guard problems.isEmpty, let type, let data, let work else { throw .invalidFields(problems) }
        return CheckedTask(
            type: type.name, name: name, title: title(named: name, work), data: .object(data), options: options,
            work: work)
    }

    /// The title of a task that was stored without one.
    package static func title(of record: TaskRecord) -> String {
        let type = types.first { $0.name.hasSameBytes(as: record.type) }
        guard let type, let data = record.data?.value.members else { return title(named: record.name, nil) }
        var fields = FieldReader(data)
        return title(named: record.name, type.init(from: &fields))
    }

    /// The name without unprintable characters; the title of the work if nothing is left.
    private static func title(named name: String?, _ work: (any TaskType)?) -> String {
        let title = name.map { TitleText.line($0, atMost: TaskRecord.nameLimit) } ?? ""
        return title.isEmpty ? work?.title ?? "" : title
    }
}

/// A validated draft.
package struct CheckedTask: Sendable {
    /// The name of its kind.
    package let type: String
    /// The name that the client chose; `nil` if it chose none.
    package let name: String?
    /// See ``TaskRecord/title``.
    package let title: String
    /// The data as received, without defaults.
    package let data: JSONValue
    /// The options for the queue.
    package let options: TaskOptions
    /// The work.
    package let work: any TaskType
}
