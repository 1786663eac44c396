/// What a worker answers to `GET /status`.
package struct WorkerStatus: Sendable, Codable {
    package struct Counters: Sendable, Codable {
        /// Lines written to the pipe.
        package var updates = 0
        /// Times the work has stood still.
        package var pauses = 0
        /// Requests its HTTP server has answered.
        package var requests = 0

        package init() {}
    }

    package let taskID: TaskID
    package let taskType: String
    package let state: TaskState
    package let progress: TaskProgress
    package let pid: Int32
    package let port: Int
    /// Processor time of the whole process, user and system.
    package let cpuSeconds: Double
    /// Memory that the process has in RAM.
    package let residentBytes: Int
    package let uptimeMilliseconds: Int
    package let counters: Counters

    package init(
        taskID: TaskID, taskType: String, state: TaskState, progress: TaskProgress, pid: Int32, port: Int,
        cpuSeconds: Double, residentBytes: Int, uptimeMilliseconds: Int, counters: Counters
    ) {
        self.taskID = taskID
        self.taskType = taskType
        self.state = state
        self.progress = progress
        self.pid = pid
        self.port = port
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
        self.uptimeMilliseconds = uptimeMilliseconds
        self.counters = counters
    }

    private enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case taskType = "task_type"
        case state = "status"
        case progress, pid, port
        case cpuSeconds = "cpu_seconds"
        case residentBytes = "resident_bytes"
        case uptimeMilliseconds = "uptime_ms"
        case counters
    }
}
