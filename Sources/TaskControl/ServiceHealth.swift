package import JSON
package import TaskModel

/// The state of the service: the answer to `GET /health`.
package struct ServiceHealth: Sendable, Hashable {
    /// Milliseconds since the service was made.
    package let uptimeMilliseconds: Int
    /// The number of tasks in each state; states without tasks may be missing.
    package let counts: [TaskState: Int]
    /// Whether a shutdown has begun.
    package let isShuttingDown: Bool
    /// Why tasks cannot be stored at the moment; `nil` if they can.
    package let storageFailure: String?
    /// Why no worker can be started at the moment, which keeps tasks queued; `nil` if one can.
    package let launchFailure: String?

    package init(
        uptimeMilliseconds: Int, counts: [TaskState: Int], isShuttingDown: Bool, storageFailure: String? = nil,
        launchFailure: String? = nil
    ) {
        self.uptimeMilliseconds = uptimeMilliseconds
        self.counts = counts
        self.isShuttingDown = isShuttingDown
        self.storageFailure = storageFailure
        self.launchFailure = launchFailure
    }
}

extension ServiceHealth: JSONReadable, JSONWritable {
    private static let shuttingDown = "shutting_down"
    /// The value of `storage` and `launching` where nothing fails.
    private static let ok = "ok"

    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        let (storage, launching): (String, String) = (try members.value("storage"), try members.value("launching"))
        let status: String = try members.value("status")
        let names = try JSONMembers(try members.value("counts"))
        var counts: [TaskState: Int] = [:]
        for state in TaskState.allCases { counts[state] = try names.optional(JSONName(state.rawValue)) }
        self.init(
            uptimeMilliseconds: try members.value("uptime_ms"), counts: counts,
            isShuttingDown: status.hasSameBytes(as: Self.shuttingDown),
            storageFailure: storage.hasSameBytes(as: Self.ok) ? nil : storage,
            launchFailure: launching.hasSameBytes(as: Self.ok) ? nil : launching)
    }

    package func write(to json: inout JSONWriter) {
        let isWell = storageFailure == nil && launchFailure == nil
        // All states, also those without tasks.
        let counts = TaskState.allCases.map { (JSONName($0.rawValue), JSONValue.integer(Int64(self.counts[$0] ?? 0))) }
        json.object { json in
            json.member("counts", JSONValue.object(Dictionary(uniqueKeysWithValues: counts)))
            json.member("launching", launchFailure ?? Self.ok)
            json.member("status", isShuttingDown ? Self.shuttingDown : isWell ? Self.ok : "degraded")
            json.member("storage", storageFailure ?? Self.ok)
            json.member("uptime_ms", uptimeMilliseconds)
            json.member("version", taskdeckVersion)
        }
    }
}
