/// All that is known of a task at one moment: what every endpoint answers and every screen shows.
package struct TaskRecord: Sendable, Hashable {
    /// Never given twice.
    package var id: TaskID
    /// The name of its kind in the registry of task types.
    package var type: String
    /// As the client sent it, defaults not filled in.
    package var data: JSONValue
    /// What was asked of the queue for it.
    package var options: TaskOptions
    /// Where it is in its life.
    package var state: TaskState
    /// As last reported by the worker.
    package var progress: TaskProgress
    /// The worker's process, also after its end; `nil` until there is one.
    package var pid: Int32?
    /// The worker's own HTTP server on 127.0.0.1; `nil` until it is open.
    package var workerPort: Int?
    /// When it was accepted.
    package var createdAt: Timestamp
    /// When the worker opened its server and began to work.
    package var startedAt: Timestamp?
    /// When its process group was proven empty.
    package var finishedAt: Timestamp?
    /// Milliseconds that this attempt has spent running, pauses not counted.
    package var activeMilliseconds: Int
    /// Milliseconds spent standing still.
    package var pausedMilliseconds: Int
    /// What was asked and is not yet acknowledged by the worker.
    package var pending: TaskAction?
    /// What the work has brought; only once `completed`.
    package var result: JSONValue?
    /// Why there is no result; only once `failed`.
    package var error: String?
    /// The worker's exit code; `nil` while it lives and when a signal ended it.
    package var exitCode: Int32?
    /// How an end that was asked for, or forced, went.
    package var termination: Termination?
    /// Its place among the tasks that wait for a worker, counted from 1; `nil` once it has one, and as long
    /// as it waits for a time.
    package var queuePosition: Int?
    /// When a task that waits to be started again will be.
    package var retryAt: Timestamp?
    /// The attempts that have failed, and after which it was or will be started again.
    package var attempts: [TaskAttempt]

    package init(
        id: TaskID, type: String, data: JSONValue, options: TaskOptions = TaskOptions(), state: TaskState,
        progress: TaskProgress, createdAt: Timestamp
    ) {
        self.id = id
        self.type = type
        self.data = data
        self.options = options
        self.state = state
        self.progress = progress
        self.createdAt = createdAt
        activeMilliseconds = 0
        pausedMilliseconds = 0
        attempts = []
    }

    /// Which attempt it is at, or ended with; counted from 1.
    package var attempt: Int { attempts.count + 1 }

    /// The members' names on the wire, part of the contract.
    package enum CodingKeys: String, CodingKey {
        case id = "task_id"
        case type = "task_type"
        case data = "task_data"
        case state = "status"
        case progress, pid
        case workerPort = "worker_port"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case activeMilliseconds = "active_ms"
        case pausedMilliseconds = "paused_ms"
        case pending, result, error
        case exitCode = "exit_code"
        case termination
        case priority, timeout, retries
        case notBefore = "not_before"
        case queuePosition = "queue_position"
        case retryAt = "retry_at"
        case attempt, attempts
    }
}

extension TaskRecord: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var options = TaskOptions()
        // Records of before there was a queue know nothing of it.
        options.priority = try container.decodeIfPresent(Int.self, forKey: .priority) ?? 0
        options.timeout = try container.decodeIfPresent(Double.self, forKey: .timeout)
        options.retries = try container.decodeIfPresent(Int.self, forKey: .retries) ?? 0
        options.notBefore = try container.decodeIfPresent(Timestamp.self, forKey: .notBefore)
        self.init(
            id: try container.decode(TaskID.self, forKey: .id), type: try container.decode(String.self, forKey: .type),
            data: try container.decode(JSONValue.self, forKey: .data), options: options,
            state: try container.decode(TaskState.self, forKey: .state),
            progress: try container.decode(TaskProgress.self, forKey: .progress),
            createdAt: try container.decode(Timestamp.self, forKey: .createdAt))
        pid = try container.decodeIfPresent(Int32.self, forKey: .pid)
        workerPort = try container.decodeIfPresent(Int.self, forKey: .workerPort)
        startedAt = try container.decodeIfPresent(Timestamp.self, forKey: .startedAt)
        finishedAt = try container.decodeIfPresent(Timestamp.self, forKey: .finishedAt)
        activeMilliseconds = try container.decode(Int.self, forKey: .activeMilliseconds)
        pausedMilliseconds = try container.decode(Int.self, forKey: .pausedMilliseconds)
        pending = try container.decodeIfPresent(TaskAction.self, forKey: .pending)
        result = try container.decodeIfPresent(JSONValue.self, forKey: .result)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        exitCode = try container.decodeIfPresent(Int32.self, forKey: .exitCode)
        termination = try container.decodeIfPresent(Termination.self, forKey: .termination)
        queuePosition = try container.decodeIfPresent(Int.self, forKey: .queuePosition)
        retryAt = try container.decodeIfPresent(Timestamp.self, forKey: .retryAt)
        attempts = try container.decodeIfPresent([TaskAttempt].self, forKey: .attempts) ?? []
    }
}

extension TaskRecord: Encodable {
    /// Writes every member, unknown ones as `null`: clients need not tell missing from unknown.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(type, forKey: .type)
        try container.encode(data, forKey: .data)
        try container.encode(state, forKey: .state)
        try container.encode(progress, forKey: .progress)
        try container.encode(pid, forKey: .pid)
        try container.encode(workerPort, forKey: .workerPort)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
        try container.encode(activeMilliseconds, forKey: .activeMilliseconds)
        try container.encode(pausedMilliseconds, forKey: .pausedMilliseconds)
        try container.encode(pending, forKey: .pending)
        try container.encode(result, forKey: .result)
        try container.encode(error, forKey: .error)
        try container.encode(exitCode, forKey: .exitCode)
        try container.encode(termination, forKey: .termination)
        try container.encode(options.priority, forKey: .priority)
        try container.encode(options.timeout, forKey: .timeout)
        try container.encode(options.retries, forKey: .retries)
        try container.encode(options.notBefore, forKey: .notBefore)
        try container.encode(queuePosition, forKey: .queuePosition)
        try container.encode(retryAt, forKey: .retryAt)
        try container.encode(attempt, forKey: .attempt)
        try container.encode(attempts, forKey: .attempts)
    }
}

/// How an end that was asked for went.
package struct Termination: Sendable, Hashable, Codable {
    /// How far the ladder had to be climbed.
    package enum Stage: String, Sendable, Codable, CaseIterable {
        case http, sigterm, sigkill
    }

    /// The last step taken.
    package var stage: Stage
    /// Milliseconds from the request until the process group was empty.
    package var milliseconds: Int
    /// Processes reaped: the worker itself and whatever it had left behind in its group.
    package var reaped: Int

    package init(stage: Stage, milliseconds: Int, reaped: Int) {
        self.stage = stage
        self.milliseconds = milliseconds
        self.reaped = reaped
    }

    private enum CodingKeys: String, CodingKey {
        case stage, reaped
        case milliseconds = "ms"
    }
}
