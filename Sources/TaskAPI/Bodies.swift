import TaskModel

/// The answer to `GET /health`.
struct HealthBody: Encodable {
    let status: String
    let version = taskdeckVersion
    let uptimeMilliseconds: Int
    /// `ok`, or why tasks cannot be stored.
    let storage: String
    /// All states, also those that no task is in.
    let counts: [String: Int]

    init(_ health: ServiceHealth) {
        status = health.isShuttingDown ? "shutting_down" : health.storeTrouble == nil ? "ok" : "degraded"
        storage = health.storeTrouble ?? "ok"
        uptimeMilliseconds = health.uptimeMilliseconds
        counts = Dictionary(
            uniqueKeysWithValues: TaskState.allCases.map { ($0.rawValue, health.counts[$0] ?? 0) })
    }

    private enum CodingKeys: String, CodingKey {
        case status, version, storage, counts
        case uptimeMilliseconds = "uptime_ms"
    }
}

/// The answer to `GET /tasks/{id}?detail=true`: the record's members and those of the worker.
struct DetailBody: Encodable {
    private let detail: TaskDetail

    init(_ detail: TaskDetail) {
        self.detail = detail
    }

    private enum CodingKeys: String, CodingKey {
        case worker, log
        case workerError = "worker_error"
    }

    func encode(to encoder: any Encoder) throws {
        try detail.record.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch detail.worker {
        case .status(let status):
            try container.encode(status, forKey: .worker)
            try container.encodeNil(forKey: .workerError)
        case .unavailable(let reason):
            try container.encodeNil(forKey: .worker)
            try container.encode(reason, forKey: .workerError)
        }
        try container.encode(detail.log, forKey: .log)
    }
}
