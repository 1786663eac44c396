/// The first line on a worker's standard input: what it is to do.
///
/// The pipe stays open after it; its end tells the worker that the supervisor is gone.
package struct Assignment: Sendable, Codable {
    /// The task's id, for the worker to name itself by.
    package let taskID: TaskID
    /// Which work to do.
    package let taskType: String
    /// What to do it with; checked again by the worker.
    package let taskData: JSONValue
    /// What the worker's own HTTP server asks of its clients.
    ///
    /// Travels here since a command line or an environment could be read by others.
    package let token: String?

    package init(taskID: TaskID, taskType: String, taskData: JSONValue, token: String?) {
        self.taskID = taskID
        self.taskType = taskType
        self.taskData = taskData
        self.token = token
    }

    private enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case taskType = "task_type"
        case taskData = "task_data"
        case token
    }
}
