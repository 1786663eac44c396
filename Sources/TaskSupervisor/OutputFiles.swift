import CLinux
import Glibc
import NIOConcurrencyHelpers
package import NIOPosix
package import TaskControl
package import TaskModel
import TaskOutput

/// The output of programs, read from the logs that their workers write.
///
/// Signals need ``run()``; pages do not.
package final class OutputFiles: TaskOutputs {
    /// A reader of signals.
    private struct Follower {
        let id: TaskID
        /// The last attempt whose log is watched; the one before it is too.
        var attempt: Int
        let signal: AsyncStream<Void>.Continuation
    }

    private struct State {
        var followers: [UInt64: Follower] = [:]
        var count: UInt64 = 0
        var isClosed = false
    }

    private let directory: String
    private let tasks: any TaskQueries
    private let threads: NIOThreadPool
    /// `nil` if the system has no room for watches: then nothing is signaled.
    private let changes: OutputChanges?
    /// The ends of a pipe with a byte in it once the end has begun; `nil` if there was no room for it.
    private let end: (read: CInt, write: CInt)?
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - directory: the one with the logs, which is created if need be.
    ///   - threads: where logs are read.
    package init(directory: String, tasks: any TaskQueries, threads: NIOThreadPool) {
        self.directory = directory
        self.tasks = tasks
        self.threads = threads
        changes = try? OutputChanges(directory: directory)
        var ends: [CInt] = [-1, -1]
        end = linux_pipe(&ends) == 0 ? (ends[0], ends[1]) : nil
    }

    deinit {
        guard let end else { return }
        close(end.read)
        close(end.write)
    }

    // MARK: - Pages

    package func output(
        of id: TaskID, attempt: Int?, _ query: OutputQuery
    ) async throws(TaskError) -> OutputPage? {
        guard let record = try await tasks.task(id) else { return nil }
        let attempts = attempt.map { [$0] } ?? Array((1...record.attempt).reversed())
        let directory = directory
        let result: Result<OutputPage?, OutputError>?
        do {
            result = try await threads.runIfActive {
                Result { () throws(OutputError) in try Self.page(query, of: id, attempts, in: directory) }
            }
        } catch {
            result = nil
        }
        switch result {
        case .success(let page): return page
        case .failure(let error): throw .storageUnavailable(reason: "\(error)")
        case nil: throw .shuttingDown
        }
    }

    /// A page of the first of these attempts that has a log.
    private static func page(
        _ query: OutputQuery, of id: TaskID, _ attempts: [Int], in directory: String
    ) throws(OutputError) -> OutputPage? {
        for attempt in attempts {
            let log = OutputLog(directory: directory, task: id, attempt: attempt)
            if log.exists { return try log.page(query, attempt: attempt) }
        }
        return nil
    }

    // MARK: - Signals

    package func outputSignals(of id: TaskID) async -> any AsyncSequence<Void, Never> & Sendable {
        let record = try? await tasks.task(id)
        let (signals, signal) = AsyncStream<Void>.makeCoalescedSignals()
        signal.yield()
        guard let follower = follow(id, attempt: record?.attempt ?? 1, signal) else {
            signal.finish()
            return signals
        }
        signal.onTermination = { [weak self] _ in self?.unfollow(follower) }
        return signals
    }

    /// Signals a reader from now on whenever there may be more output of an attempt, or of one that follows.
    ///
    /// - Returns: The reader, for ``unfollow(_:)``; `nil` if nothing is signaled.
    func follow(_ id: TaskID, attempt: Int, _ signal: AsyncStream<Void>.Continuation) -> UInt64? {
        // Watched under the lock, so that what a follower watches is what its end no longer does.
        state.withLockedValue { state in
            guard !state.isClosed, let changes else { return nil }
            state.count += 1
            // The next attempt begins with a log of its own.
            state.followers[state.count] = Follower(id: id, attempt: attempt + 1, signal: signal)
            for attempt in [attempt, attempt + 1] { changes.follow(log(id, attempt)) }
            return state.count
        }
    }

    /// Signals readers until the calling task is cancelled.
    package func run() async {
        guard let changes, let end else {
            // Nothing is signaled; the caller decides on the end.
            for await _ in AsyncStream<Never>.makeStream().stream {}
            return
        }
        await withTaskCancellationHandler {
            await OwnThread.run {
                while Self.waitForEvent(changes, end.read) { self.signal(changes.changes()) }
            }
        } onCancel: {
            withUnsafeBytes(of: UInt8(0)) { _ = write(end.write, $0.baseAddress, 1) }
        }
        let followers = state.withLockedValue { state in
            state.isClosed = true
            return Array(state.followers.values)
        }
        for follower in followers { follower.signal.finish() }
    }

    /// Returns whether logs may have changed; false at the end.
    private static func waitForEvent(_ changes: OutputChanges, _ end: CInt) -> Bool {
        var events = [changes.descriptor, end].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&events, nfds_t(events.count), -1) < 0, errno == EINTR {}
        return events[1].revents == 0
    }

    private func signal(_ changed: Set<OutputLog>) {
        let signals = state.withLockedValue { state in
            var signals: [AsyncStream<Void>.Continuation] = []
            for (number, follower) in state.followers {
                let logs = [follower.attempt - 1, follower.attempt].map { log(follower.id, $0) }
                guard logs.contains(where: changed.contains) else { continue }
                signals.append(follower.signal)
                if changed.contains(logs[1]) {
                    state.followers[number]?.attempt += 1
                    changes?.unfollow(logs[0])
                    // Watched before it is read: nothing is missed in between.
                    changes?.follow(log(follower.id, follower.attempt + 1))
                }
            }
            return signals
        }
        for signal in signals { signal.yield() }
    }

    /// Ends what ``follow(_:attempt:_:)`` has begun.
    func unfollow(_ number: UInt64) {
        state.withLockedValue { state in
            guard let follower = state.followers.removeValue(forKey: number) else { return }
            for attempt in [follower.attempt - 1, follower.attempt] { changes?.unfollow(log(follower.id, attempt)) }
        }
    }

    func log(_ id: TaskID, _ attempt: Int) -> OutputLog {
        OutputLog(directory: directory, task: id, attempt: attempt)
    }
}
