package import JSON
package import TaskModel

/// The answer to `GET /tasks`.
package struct TaskList: Sendable, JSONReadable {
    /// Oldest first.
    package let tasks: [TaskRecord]
    /// How many tasks match in all.
    package let total: Int

    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        let values: [JSONValue] = try members.value("tasks")
        var tasks: [TaskRecord] = []
        tasks.reserveCapacity(values.count)
        for value in values { tasks.append(try TaskRecord(summary: value)) }
        self.tasks = tasks
        total = try members.value("total")
    }
}

extension TaskRecord {
    /// Reads a record that may lack what summaries leave out.
    package init(summary json: JSONValue) throws(JSONShapeError) {
        guard case .object(var members) = json, members["task_data"] == nil else {
            try self.init(json: json)
            return
        }
        members["task_data"] = .null
        try self.init(json: .object(members))
        leaveDataInStore()
    }
}
