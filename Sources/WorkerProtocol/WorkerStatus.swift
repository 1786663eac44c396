package import JSON
package import TaskModel

/// What a worker answers to `GET /status`.
package struct WorkerStatus: Sendable {
    /// What the worker has counted since it began.
    package struct Counters: Sendable {
        /// Lines written to the pipe.
        package var updates = 0
        /// Times the work has stood still.
        package var pauses = 0
        /// Requests its HTTP server has answered.
        package var requests = 0

        package init() {}
    }

    /// Whose worker it is.
    package let taskID: TaskID
    /// What it works at.
    package let taskType: String
    /// `running`, `paused` or `stopping`: as the working thread has it.
    package let state: TaskState
    /// As of now, finer than what travels on the pipe.
    package let progress: TaskProgress
    /// The worker's own.
    package let pid: Int32
    /// The one this was asked on.
    package let port: Int
    /// Processor time of the whole process, user and system.
    package let cpuSeconds: Double
    /// Memory that the process has in RAM.
    package let residentBytes: Int
    /// Milliseconds since it got its assignment.
    package let uptimeMilliseconds: Int
    /// Since the start.
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
}

extension WorkerStatus: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("counters", counters)
            json.member("cpu_seconds", cpuSeconds)
            json.member("pid", pid)
            json.member("port", port)
            json.member("progress", progress)
            json.member("resident_bytes", residentBytes)
            json.member("status", state)
            json.member("task_id", taskID)
            json.member("task_type", taskType)
            json.member("uptime_ms", uptimeMilliseconds)
        }
    }
}

extension WorkerStatus.Counters: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("pauses", pauses)
            json.member("requests", requests)
            json.member("updates", updates)
        }
    }
}
