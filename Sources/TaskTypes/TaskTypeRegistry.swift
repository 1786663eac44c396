package import JSON
package import TaskModel

/// Every kind of task there is.
package enum TaskTypeRegistry {
    private static let types: [any TaskType.Type] = [
        ProcessData.self,
        GenerateReport.self,
        CPUIntensive.self,
    ]

    /// The names that clients may use, in the order in which to offer them.
    package static var names: [String] { types.map { $0.name } }

    /// What there is to fill in, learnt from the very code that checks it.
    package static var descriptions: [TaskTypeDescription] {
        types.map { type in
            var fields = FieldReader([:])
            _ = type.init(from: &fields)
            return TaskTypeDescription(name: type.name, fields: fields.descriptions)
        }
    }

    /// Checks a draft and makes the work it describes.
    ///
    /// - Throws: ``TaskError/invalidFields(_:)`` with all that is wrong.
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

    /// The name made safe to show; that of the work if nothing of it can be shown.
    private static func title(named name: String?, _ work: (any TaskType)?) -> String {
        let title = name.map { TitleText.line($0, atMost: TaskRecord.nameLimit) } ?? ""
        return title.isEmpty ? work?.title ?? "" : title
    }
}

/// A draft in which everything is right.
package struct CheckedTask: Sendable {
    /// The name of its kind.
    package let type: String
    /// What the client calls it; `nil` if it has not said.
    package let name: String?
    /// See ``TaskRecord/title``.
    package let title: String
    /// As the client sent it, defaults not filled in.
    package let data: JSONValue
    /// What is asked of the queue.
    package let options: TaskOptions
    /// The work, ready to be done.
    package let work: any TaskType
}
