import JSON
import TaskClient
import TaskModel

/// A task that a verb has created, and its user's ways to end it.
struct TaskSubmission: Sendable {
    let session: ClientSession

    /// Follows a task to its end, ends it when Ctrl-C is pressed, and returns the exit code.
    ///
    /// Ctrl-C ends it gracefully, and pressed again by force. SIGTERM and SIGHUP end this process alone.
    ///
    /// - Throws: `TaskError`, ``StreamFailure``.
    func follow(_ id: TaskID) async throws -> Int32 {
        let follower = TaskFollower(id, session)
        let outcome = try await outcome(of: id, follower)
        if let text = Self.explanation(of: outcome) { try await follower.report(text) }
        return outcome.exitStatus
    }

    private func outcome(of id: TaskID, _ follower: TaskFollower) async throws -> TaskRecord {
        do {
            return try await follow(id, follower)
        } catch let error as TaskError where error.isLossOfService {
            throw VerbError(
                "\(error.detail); when there is a service again, 'taskdeck show \(id)' shows what has become of the task",
                error.exitStatus)
        }
    }

    private func follow(_ id: TaskID, _ follower: TaskFollower) async throws -> TaskRecord {
        try await withThrowingTaskGroup(of: TaskRecord?.self) { group in
            group.addTask { try await follower.run() }
            group.addTask {
                // Without its progress a task is followed all the same.
                if ProgressLine.isPossible { try? await follower.showProgress() }
                return nil
            }
            group.addTask {
                try await handleSignals(id, follower)
                return nil
            }
            defer { group.cancelAll() }
            while let outcome = try await group.next() {
                if let outcome { return outcome }
            }
            throw VerbError("task \(id) was not followed to its end", ExitStatus.failure)
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

    private func handleSignals(_ id: TaskID, _ follower: TaskFollower) async throws {
        var interrupts = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            for await signal in session.signals {
                guard signal == 2 else {
                    try? await follower.report("task \(id) goes on; 'taskdeck logs -f \(id)' shows its output")
                    Taskdeck.exit(with: ExitStatus.signal(signal))
                }
                interrupts += 1
                guard interrupts <= 2 else { continue }
                let action: TaskAction = interrupts == 1 ? .terminate : .kill
                if interrupts == 1 {
                    try await follower.report("ending task \(id); Ctrl-C again kills it")
                }
                group.addTask {
                    do throws(TaskError) {
                        _ = try await session.client.perform(action, on: id)
                    } catch .invalidState {
                        // It has ended meanwhile.
                    } catch {
                        // A request is canceled once the task has ended.
                        guard !Task.isCancelled else { return }
                        try await follower.report(VerbError(error, in: session).message ?? "\(error)")
                    }
                }
            }
            try await group.waitForAll()
        }
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
