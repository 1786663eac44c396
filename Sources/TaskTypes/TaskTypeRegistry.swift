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

    /// Checks a draft and makes the work it describes.
    ///
    /// - Throws: ``TaskError/invalidFields(_:)`` with all that is wrong.
    package static func check(_ draft: TaskDraft) throws(TaskError) -> CheckedTask {
        var problems: [FieldProblem] = []
        let type = type(of: draft, &problems)
        let data = draft.members["task_data"] ?? .object([:])
        var work: (any TaskType)?
        if let members = data.members {
            if let type {
                var fields = FieldReader(members)
                work = type.init(from: &fields)
                problems += fields.finish()
            }
        } else {
            let message = "must be an object, not \(data.kindName)"
            problems.append(FieldProblem(field: "task_data", code: "wrong_type", message: message))
        }
        for name in draft.members.keys.sorted() where name != "task_type" && name != "task_data" {
            let message = "is not a field of a task (it has: task_type, task_data)"
            problems.append(FieldProblem(field: String(name.prefix(64)), code: "unknown_field", message: message))
        }
        guard problems.isEmpty, let type, let work else { throw .invalidFields(problems) }
        return CheckedTask(type: type.name, data: data, work: work)
    }

    private static func type(of draft: TaskDraft, _ problems: inout [FieldProblem]) -> (any TaskType.Type)? {
        let choices = "one of \(names.joined(separator: ", "))"
        let problem: (code: String, message: String)
        switch draft.members["task_type"] {
        case .string(let name):
            if let type = types.first(where: { $0.name == name }) { return type }
            problem = ("unknown_value", "must be \(choices), not '\(name.prefix(64))'")
        case nil:
            problem = ("missing", "is missing; it must be \(choices)")
        case let other?:
            problem = ("wrong_type", "must be a string, \(choices), not \(other.kindName)")
        }
        problems.append(FieldProblem(field: "task_type", code: problem.code, message: problem.message))
        return nil
    }
}

/// A draft in which everything is right.
package struct CheckedTask: Sendable {
    package let type: String
    /// As the client sent it, defaults not filled in.
    package let data: JSONValue
    package let work: any TaskType
}
