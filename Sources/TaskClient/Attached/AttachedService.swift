package import NIOCore
package import TaskControl
package import TaskModel

/// A service in another process, through the protocols that its own dashboard uses.
///
/// Reads that a lost connection interrupts wait for the next one. Requests that change something are sent once.
package final class AttachedService: Sendable {
    /// What the connection does.
    package enum Event: Sendable {
        /// There is a connection; with the state of the service, now and whenever it has changed.
        case reached(ServiceHealth)
        case lost(TaskError)
        /// The service's version is not the one before, which is that of this program at first.
        case version(String)
    }

    /// Streams bring a comment every 15 s.
    private static let silence = Duration.seconds(40)
    /// An end of a task keeps its connection until the task has ended.
    private static let connections = 64
    /// The most lines of a page: those that are on the screen should arrive soon.
    static let pageLimit = 200

    let client: TaskClient
    private let streams: TaskClient
    private let connection = ServiceConnection()
    private let lanes = RequestLanes()
    private let usagePace = RequestPace(pause: 4)
    private let followers = OutputFollowers()
    private let onEvent: @Sendable (Event) -> Void

    /// - Parameter timeout: the most time until an answer is complete, that to the end of a task excepted.
    package init(
        address: ServiceAddress, token: AccessToken?, timeout: Duration, eventLoops: any EventLoopGroup,
        onEvent: @escaping @Sendable (Event) -> Void
    ) {
        self.onEvent = onEvent
        client = TaskClient(
            address: address, token: token, timeout: timeout, connections: Self.connections, eventLoops: eventLoops,
            onVersionChange: { onEvent(.version($0)) })
        streams = TaskClient(
            address: address, token: token, timeout: timeout, silence: Self.silence, eventLoops: eventLoops)
    }

    /// Closes all connections.
    package func close() async {
        await client.shutDown()
        await streams.shutDown()
    }

    /// Requests the end of the service.
    ///
    /// - Throws: ``TaskError/remote(_:)``.
    package func shutDown() async throws(TaskError) { try await client.shutDownService() }

    /// Repeats a request that changes nothing until it has an answer.
    private func read<Value: Sendable>(
        _ body: () async throws(TaskError) -> Value
    ) async throws(TaskError) -> Value {
        while true {
            do throws(TaskError) {
                return try await body()
            } catch {
                guard error.isTransient, !Task.isCancelled else { throw error }
                await connection.waitToRetry()
            }
        }
    }
}

extension AttachedService: TaskCommands {
    package func submit(_ draft: TaskDraft, key: IdempotencyKey?) async throws(TaskError) -> Submission {
        try await lanes.run(in: .queue) { () async throws(TaskError) in try await client.submit(draft, key: key) }
    }

    package func runAgain(_ id: TaskID, key: IdempotencyKey?) async throws(TaskError) -> Submission {
        try await lanes.run(in: .queue) { () async throws(TaskError) in try await client.runAgain(id, key: key) }
    }

    package func perform(_ action: TaskAction, on id: TaskID) async throws(TaskError) -> TaskRecord {
        switch action {
        // An end waits for no earlier request: it may be a stuck one that it ends.
        case .terminate, .kill: try await client.perform(action, on: id)
        case .pause, .resume:
            try await lanes.run(in: .task(id)) { () async throws(TaskError) in
                try await client.perform(action, on: id)
            }
        }
    }

    package func reorder(_ id: TaskID, _ change: QueueChange) async throws(TaskError) -> TaskRecord {
        try await lanes.run(in: .queue) { () async throws(TaskError) in try await client.reorder(id, change) }
    }

    package func setQueuePaused(_ isPaused: Bool) async throws(TaskError) -> QueueStatus {
        try await lanes.run(in: .queue) { () async throws(TaskError) in try await client.setQueuePaused(isPaused) }
    }
}

extension AttachedService: TaskQueries {
    package func task(_ id: TaskID) async throws(TaskError) -> TaskRecord? {
        try await read { () async throws(TaskError) in try await client.task(id) }
    }

    package func detail(_ id: TaskID) async throws(TaskError) -> TaskDetail? {
        try await read { () async throws(TaskError) in try await client.detail(id) }
    }

    package func tasks(_ query: TaskQuery, _ fields: RecordFields) async throws(TaskError) -> TaskPage {
        try await client.tasks(query, fields)
    }

    package func queue() async throws(TaskError) -> QueueStatus { try await client.queue() }

    package func health() async throws(TaskError) -> ServiceHealth { try await client.health() }

    package func taskTypes() async throws(TaskError) -> [TaskTypeDescription] { try await client.taskTypes() }

    package func current(since time: Timestamp, waiting limit: Int) async throws(TaskError) -> CurrentTasks {
        try await client.current(since: time, waiting: limit)
    }
}

extension AttachedService: TaskEvents {
    package func updates() async -> any AsyncSequence<TaskChanges, Never> & Sendable {
        RemoteUpdates(streams) { [connection, onEvent] change in
            switch change {
            case .open(let health):
                connection.open()
                onEvent(.reached(health))
            case .lost(let error):
                connection.close()
                onEvent(.lost(error))
            }
        }
    }

    package func usage() async -> [TaskID: WorkerUsage] {
        await usagePace.run {
            (try? await read { () async throws(TaskError) in try await client.workerUsage() }) ?? [:]
        }
    }
}

extension AttachedService: TaskOutputs {
    package func output(
        of id: TaskID, attempt: Int?, _ query: OutputQuery
    ) async throws(TaskError) -> OutputPage? {
        var page = query
        page.limit = min(query.limit, Self.pageLimit)
        let request = page
        let body = { () async throws(TaskError) in
            try await self.read { () async throws(TaskError) in
                try await self.client.output(of: id, attempt: attempt, request)
            }
        }
        guard let follower = followers[id], attempt == nil, request.isAtEnd else { return try await body() }
        return try await follower.read(request, body)
    }

    package func outputSignals(of id: TaskID) async -> any AsyncSequence<Void, Never> & Sendable {
        let follower = OutputFollower(of: id, streams)
        followers.add(follower, of: id)
        return AsyncStream<Void> {
            await follower.next { body async throws(TaskError) in try await self.read(body) }
        } onCancel: { [followers] in
            followers.remove(follower, of: id)
        }
    }
}

extension AttachedService: LogSource {
    package func records() -> any AsyncSequence<[LogRecord], Never> & Sendable { RemoteLog(streams, connection) }
}

extension OutputQuery {
    /// Whether it is a page of a reader that follows the output to its end.
    fileprivate var isAtEnd: Bool {
        guard limit == AttachedService.pageLimit else { return false }
        switch part {
        case .last, .after: return true
        case .first, .before: return false
        }
    }
}

extension TaskError {
    /// Whether the same request may have an answer over another connection.
    fileprivate var isTransient: Bool {
        switch self {
        case .remote(.unreachable), .remote(.connectionLost), .remote(.timedOut): true
        default: false
        }
    }
}
