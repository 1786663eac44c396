package import JSON
package import TaskModel

/// The task of a worker: the one line on its standard input.
///
/// The pipe stays open; its end means that the supervisor has ended.
package struct Assignment: Sendable {
    /// The task's id, which the worker's `/status` repeats.
    package let taskID: TaskID
    /// The type of the task.
    package let taskType: String
    /// The data of the task; the worker validates it again.
    package let taskData: JSONText
    /// The token that the worker's own HTTP server requires of its clients.
    ///
    /// Sent here because other processes can read a command line or an environment.
    package let token: AccessToken?
    /// The program to run; `nil` for a type whose work is built in.
    package let program: ProgramAssignment?

    package init(
        taskID: TaskID, taskType: String, taskData: JSONText, token: AccessToken?, program: ProgramAssignment? = nil
    ) {
        self.taskID = taskID
        self.taskType = taskType
        self.taskData = taskData
        self.token = token
        self.program = program
    }
}

extension Assignment: JSONObjectReadable, JSONWritable {
    package static var textMembers: [JSONName] { ["task_data"] }

    package init(members: JSONMembers) throws(JSONShapeError) {
        let secret: String? = try members.optional("token")
        let token = secret.flatMap { AccessToken($0) }
        guard (token == nil) == (secret == nil) else { throw JSONShapeError("'token' is no token") }
        self.init(
            taskID: try members.value("task_id"), taskType: try members.value("task_type"),
            taskData: try members.text("task_data"), token: token, program: try members.optional("program"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            if let program { json.member("program", program) }
            json.member("task_data", taskData)
            json.member("task_id", taskID)
            json.member("task_type", taskType)
            json.member("token", token?.secret)
        }
    }
}
