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
        return CheckedTask(type: type.name, data: .object(data), options: options, work: work)
    }
}

/// A draft in which everything is right.
package struct CheckedTask: Sendable {
    /// The name of its kind.
    package let type: String
    /// As the client sent it, defaults not filled in.
    package let data: JSONValue
    /// What is asked of the queue.
    package let options: TaskOptions
    /// The work, ready to be done.
    package let work: any TaskType
}
