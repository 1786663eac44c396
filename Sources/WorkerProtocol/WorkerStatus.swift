package import JSON
package import TaskModel

/// A worker's answer to `GET /status`.
package struct WorkerStatus: Sendable {
    /// Counts since the start of the worker.
    package struct Counters: Sendable {
        /// The number of lines written to the pipe.
        package var updates = 0
        /// The number of pauses of the work.
        package var pauses = 0
        /// The number of requests that its HTTP server has answered.
        package var requests = 0

        package init() {}
    }

    /// The id of the worker's task.
    package let taskID: TaskID
    /// The type of that task.
    package let taskType: String
    /// The state of the working thread: `running`, `paused` or `stopping`.
    package let state: TaskState
    /// The current progress, newer than the last one on the pipe.
    package let progress: TaskProgress
    /// The id of the worker process.
    package let pid: Int32
    /// The port of its HTTP server.
    package let port: Int
    /// Processor time of the whole process, user and system.
    package let cpuSeconds: Double
    /// Memory that the process has in RAM.
    package let residentBytes: Int
    /// Milliseconds since its assignment.
    package let uptimeMilliseconds: Int
    /// Counts of updates, pauses and requests.
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
