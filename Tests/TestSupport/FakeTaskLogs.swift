package import TaskControl
package import TaskModel

/// Logs whose bytes a test chooses.
package actor FakeTaskLogs: TaskLogs {
    private var logs: [TaskID: (log: any TaskLog, isOfProgram: Bool)] = [:]
    /// The queries, in order.
    package private(set) var queries: [LogQuery] = []

    package init() {}

    package func set(_ log: any TaskLog, isOfProgram: Bool = true, of id: TaskID) { logs[id] = (log, isOfProgram) }

    package func remove(_ id: TaskID) { logs[id] = nil }

    package func log(of id: TaskID, _ query: LogQuery, for access: Access) throws(TaskError) -> LogLookup {
        guard let (log, isOfProgram) = logs[id] else { throw .notFound(id.description) }
        queries.append(query)
        guard access == .full || !isOfProgram else { return .needsFullAccess }
        let attempt = query.attempt ?? 1
        return attempt == 1 ? .found(log) : .noSuchAttempt(attempt)
    }
}

/// A log of one attempt, read once.
package final class FakeLog: TaskLog {
    package let hasTimes: Bool
    package let isTruncated: Bool
    package let tag: String?
    private let state: State

    private actor State {
        var rest: [UInt8]
        let count: Int

        init(_ text: String) {
            rest = Array(text.utf8)
            count = rest.count
        }

        func dequeue(_ count: Int) -> [UInt8] {
            defer { rest.removeFirst(min(count, rest.count)) }
            return Array(rest.prefix(count))
        }
    }

    package init(_ text: String, hasTimes: Bool = true, isTruncated: Bool = false, tag: String? = "t") {
        self.hasTimes = hasTimes
        self.isTruncated = isTruncated
        self.tag = tag
        state = State(text)
    }

    package func size() async -> Int { state.count }
    package func skip(_ count: Int) async { _ = await state.dequeue(count) }
    package func next() async -> [UInt8]? {
        let bytes = await state.dequeue(3)
        return bytes.isEmpty ? nil : bytes
    }
    package func stopFollowing() {}
}

/// A configuration whose reload has a chosen outcome.
package struct FakeConfiguration: ConfigurationReloading {
    private let result: Result<Int, ConfigurationUnusable>

    package init(_ result: Result<Int, ConfigurationUnusable> = .success(0)) { self.result = result }

    package func reload() async throws(ConfigurationUnusable) -> Int { try result.get() }
}
