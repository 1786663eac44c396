/// All that is known of a task at one moment: what every endpoint answers and every screen shows.
package struct TaskRecord: Sendable, Hashable, Decodable {
    /// Never given twice.
    package var id: TaskID
    /// The name of its kind in the registry of task types.
    package var type: String
    /// As the client sent it, defaults not filled in.
    package var data: JSONValue
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
    /// Milliseconds spent running, pauses not counted.
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

    package init(
        id: TaskID, type: String, data: JSONValue, state: TaskState, progress: TaskProgress, createdAt: Timestamp
    ) {
        self.id = id
        self.type = type
        self.data = data
        self.state = state
        self.progress = progress
        self.createdAt = createdAt
        activeMilliseconds = 0
        pausedMilliseconds = 0
    }

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
