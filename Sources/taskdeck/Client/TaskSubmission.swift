import TaskClient
import TaskModel

/// A task that a verb creates, follows to its end, and ends when its user wants that.
struct TaskSubmission: Sendable {
    private let session: ClientSession
    private let follower: TaskFollower

    init(_ session: ClientSession) {
        self.session = session
        follower = TaskFollower(session)
    }

    /// Creates a task, follows it to its end, ends it when Ctrl-C is pressed, and returns the exit code.
    ///
    /// Ctrl-C ends it gracefully, and pressed again by force. SIGTERM and SIGHUP end this process alone.
    ///
    /// - Throws: `TaskError`, ``StreamFailure``, ``VerbError``.
    func follow(_ create: @escaping @Sendable () async throws -> TaskID) async throws -> Int32 {
        let (requests, queue) = AsyncStream.makeStream(of: TaskInterruption.Event.self)
        let signals = session.watchSignals()
        return try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask {
                for await signal in signals { queue.yield(.signal(signal)) }
                return nil
            }
            group.addTask {
                await TaskInterruption(session.client, session, follower).handle(requests)
                return nil
            }
            group.addTask {
                let id = try await create()
                queue.yield(.created(id))
                let outcome = try await outcome(of: id)
                if let text = Self.explanation(of: outcome) { await follower.report(text) }
                return outcome.exitStatus
            }
            guard let status = try await group.firstResult() else {
                throw VerbError("the task was not followed to its end", ExitStatus.failure)
            }
            return status
        }
    }

    private func outcome(of id: TaskID) async throws -> TaskRecord {
        do {
            return try await end(of: id)
        } catch let error as TaskError where error.isLossOfService {
            throw VerbError(
                "\(error.detail); when there is a service again, 'taskdeck show \(id)' shows what has become of the task",
                ExitStatus.unreachable)
        } catch let error as StreamFailure {
            if let record = try? await session.client.task(id), !record.state.isFinal {
                StandardStream.report("task \(id) goes on; 'taskdeck logs -f \(id)' shows its output")
            }
            throw error
        }
    }

    private func end(of id: TaskID) async throws -> TaskRecord {
        try await withThrowingTaskGroup(of: TaskRecord?.self) { group in
            group.addTask { try await follower.run(id) }
            group.addTask {
                // Without its progress a task is followed all the same.
                if ProgressLine.isPossible { try? await follower.showProgress(of: id) }
                return nil
            }
            guard let outcome = try await group.firstResult() else {
                throw VerbError("task \(id) was not followed to its end", ExitStatus.failure)
            }
            return outcome
        }
    }

    /// What a program's exit code does not say.
    private static func explanation(of record: TaskRecord) -> String? {
        switch record.state {
        case .failed where record.exitCode == nil || record.exitCode == 0 || record.output == nil:
            "task \(record.id) has failed: \(record.error ?? "for an unknown reason")"
        case .terminated, .killed: "task \(record.id) was \(record.state.rawValue)"
        default: nil
        }
    }
}

extension ThrowingTaskGroup {
    /// The first result that is not `nil`, after which the other tasks are canceled; `nil` if there is none.
    fileprivate mutating func firstResult<Value>() async throws -> Value? where ChildTaskResult == Value? {
        defer { cancelAll() }
        while let result = try await next() {
            if let result { return result }
        }
        return nil
    }
}

extension TaskError {
    /// Whether there is no connection to the service any more.
    fileprivate var isLossOfService: Bool {
        switch self {
        case .remote(.unreachable), .remote(.connectionLost), .shuttingDown: true
        default: false
        }
    }
}
