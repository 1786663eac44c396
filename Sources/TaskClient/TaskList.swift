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
        let members = try JSONMembers(json)
        guard let data = try members.optionalText("task_data") else {
            try self.init(members: members, data: .null)
            leaveDataInStore()
            isSummary = true
            return
        }
        try self.init(members: members, data: data)
    }
}
