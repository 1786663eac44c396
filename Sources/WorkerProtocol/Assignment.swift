package import JSON
package import TaskModel

/// What a worker is to do: the one line on its standard input.
///
/// The pipe stays open; its end means that the supervisor has gone.
package struct Assignment: Sendable {
    /// The task's id, for the worker to name itself by.
    package let taskID: TaskID
    /// Which work to do.
    package let taskType: String
    /// What to do it with, checked again by the worker; `nil` until it has been read, where it is only stored.
    package var taskData: JSONText?
    /// What the worker's own HTTP server asks of its clients.
    ///
    /// Travels here since a command line or an environment could be read by others.
    package let token: String?

    package init(taskID: TaskID, taskType: String, taskData: JSONText?, token: String?) {
        self.taskID = taskID
        self.taskType = taskType
        self.taskData = taskData
        self.token = token
    }
}

extension Assignment: JSONObjectReadable, JSONWritable {
    package static var textMembers: [JSONName] { ["task_data"] }

    package init(members: JSONMembers) throws(JSONShapeError) {
        self.init(
            taskID: try members.value("task_id"), taskType: try members.value("task_type"),
            taskData: try members.text("task_data"), token: try members.optional("token"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("task_data", taskData)
            json.member("task_id", taskID)
            json.member("task_type", taskType)
            json.member("token", token)
        }
    }
}
