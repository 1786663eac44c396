package import JSON
package import TaskModel

/// The body of a response to `GET /tasks`.
package struct TaskList: Sendable, JSONReadable {
    package let tasks: [TaskRecord]
    package let total: Int

    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        tasks = try members.value("tasks")
        total = try members.value("total")
    }
}

extension Answer {
    /// The body as a list of tasks.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONShapeError`.
    package var list: TaskList {
        get throws { try JSONCoding.decode(TaskList.self, from: body.utf8) }
    }
}
