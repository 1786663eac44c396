package import JSON
package import TaskModel

/// The answer to `GET /tasks`, as far as tables show it.
///
/// Looking for the other members of a thousand records takes longer than reading these.
package struct TaskTable: Sendable, JSONReadable {
    /// The members that are read.
    package static let members: [JSONName] = [
        "active_ms", "created_at", "done", "error", "fraction", "name", "progress", "reason", "started_at", "status",
        "step", "task_id", "task_type", "tasks", "title", "total",
    ]

    /// Oldest first; what tables do not show is as in a new record.
    package let tasks: [TaskRecord]

    package init(json: JSONValue) throws(JSONShapeError) {
        let values: [JSONValue] = try JSONMembers(json).value("tasks")
        var tasks: [TaskRecord] = []
        tasks.reserveCapacity(values.count)
        for value in values { tasks.append(try Self.record(JSONMembers(value))) }
        self.tasks = tasks
    }

    private static func record(_ members: JSONMembers) throws(JSONShapeError) -> TaskRecord {
        var record = TaskRecord(
            id: try members.value("task_id"), type: try members.value("task_type"), data: .null,
            options: TaskOptions(), state: try members.value("status"), progress: try members.value("progress"),
            createdAt: try members.value("created_at"))
        let (title, name): (String?, String?) = (try members.optional("title"), try members.optional("name"))
        record.title = title ?? name ?? ""
        record.startedAt = try members.optional("started_at")
        record.activeMilliseconds = try members.value("active_ms")
        record.error = try members.optional("error")
        let reason: String? = try members.optional("reason")
        record.reason = reason.map(TaskReason.other)
        return record
    }
}
