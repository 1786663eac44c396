package import NIOPosix
package import TaskControl
package import TaskModel
import TaskOutput
import TaskTypes

/// Opens the logs of programs in files, and those of built-in work in memory.
package final class TaskLogFiles: TaskLogs {
    private let outputs: OutputFiles
    private let tasks: TaskService
    private let threads: NIOThreadPool

    /// - Parameters:
    ///   - outputs: the files, and the signals of their growth.
    ///   - threads: where files are read.
    package init(outputs: OutputFiles, tasks: TaskService, threads: NIOThreadPool) {
        self.outputs = outputs
        self.tasks = tasks
        self.threads = threads
    }

    package func log(of id: TaskID, _ query: LogQuery, for access: Access) async throws(TaskError) -> LogLookup {
        guard let record = try await tasks.task(id) else { throw .notFound(id.description) }
        let isBuiltIn = TaskTypeRegistry.isBuiltInWork(record.type)
        guard isBuiltIn || access == .full else { return .needsFullAccess }
        let attempt = query.attempt ?? record.lastBegunAttempt
        guard (1...record.attempt).contains(attempt) else { return .noSuchAttempt(attempt) }
        return .found(
            isBuiltIn
                ? await memoryLog(of: record, attempt: attempt, query)
                : try await fileLog(of: record, attempt: attempt, query))
    }

    private func memoryLog(of record: TaskRecord, attempt: Int, _ query: LogQuery) async -> MemoryLog {
        let isComplete = record.hasEnded(attempt: attempt)
        var follower: AttemptFollower?
        if query.follows, !isComplete, query.stream != .standardOutput {
            follower = AttemptFollower(record.id, attempt: attempt, of: tasks) { follow(record.id, $0) }
        }
        var (lines, position) = await tasks.logLines(of: record.id, attempt: attempt, from: 0)
        let isTruncated = lines.count < position
        // What the worker writes to the other stream is the protocol.
        if query.stream == .standardOutput { lines = [] }
        return MemoryLog(
            lines.suffix(query.tail ?? .max), upTo: position, isTruncated: isTruncated,
            isComplete: isComplete, follower: follower, tasks: tasks)
    }

    private func fileLog(
        of record: TaskRecord, attempt: Int, _ query: LogQuery
    ) async throws(TaskError) -> FileLog {
        let isComplete = record.hasEnded(attempt: attempt)
        let file = outputs.log(record.id, attempt)
        let selection = OutputSelection(query)
        var follower: AttemptFollower?
        if query.follows, !isComplete {
            // Before anything is read, so that no growth is missed.
            follower = AttemptFollower(record.id, attempt: attempt, of: tasks) {
                follow(record.id, $0, attempt: attempt)
            }
        }
        let follows = follower != nil
        let holds = follows && query.holds
        // The reader creates the file that it holds.
        if holds { tasks.programLogs?.add(record.id, attempt: attempt) }
        let (tag, reader) = try await read { () throws(OutputError) in
            (file.fingerprint, try OutputReader(file, selection, follow: follows, holds: holds))
        }
        return FileLog(
            file, reader, selection, isTruncated: record.output(of: attempt)?.truncated == true,
            tag: isComplete ? tag ?? "empty" : nil, follower: follower, source: self)
    }

    /// Signals a reader whenever a task has changed, or the log of an attempt has grown, until its signals are dropped.
    private func follow(_ id: TaskID, _ signal: AsyncStream<Void>.Continuation, attempt: Int? = nil) {
        let change = tasks.followers.add(signal, to: id)
        let growth = attempt.flatMap { outputs.follow(id, attempt: $0, signal) }
        signal.onTermination = { [outputs, followers = tasks.followers] _ in
            if let change { followers.remove(change) }
            if let growth { outputs.unfollow(growth) }
        }
    }

    /// Reads on the thread for files.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``, ``TaskError/shuttingDown``.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable () throws(OutputError) -> Value
    ) async throws(TaskError) -> Value {
        let result: Result<Value, TaskError> = await withCheckedContinuation { continuation in
            // Not runIfActive(_:), which does not run for a canceled caller.
            threads.submit { state in
                guard case .active = state else { return continuation.resume(returning: .failure(.shuttingDown)) }
                do throws(OutputError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(.storageUnavailable(reason: "\(error)")))
                }
            }
        }
        return try result.get()
    }
}

extension TaskService {
    /// Whether an attempt writes nothing any more.
    nonisolated func hasEnded(_ id: TaskID, attempt: Int) -> Bool {
        // One that the board does not have has ended long ago.
        board.record(id, at: clock.now)?.hasEnded(attempt: attempt) ?? true
    }

    /// The lines on standard error that the worker of an attempt has written, from the one with a number on, and the number
    /// of all lines.
    ///
    /// Those of the last attempt that has begun are kept.
    func logLines(of id: TaskID, attempt: Int, from position: Int) -> (lines: [String], next: Int) {
        guard let log = logs[id], board.record(id, at: clock.now)?.lastBegunAttempt == attempt else {
            return ([], position)
        }
        return (Array(log.lines.suffix(max(0, log.count - position))), log.count)
    }
}

extension OutputSelection {
    fileprivate init(_ query: LogQuery) {
        let format: OutputFormat =
            switch query.format {
            case .text: .text
            case .raw: .raw
            case .cri: .cri
            }
        self.init(format, stream: query.stream, tail: query.tail, since: query.since.map { OutputTime($0) })
    }
}

extension TaskRecord {
    /// Whether an attempt writes nothing any more.
    fileprivate func hasEnded(attempt: Int) -> Bool { state.isFinal || attempt < self.attempt }

    /// What the program of an attempt has written.
    fileprivate func output(of attempt: Int) -> ProgramOutput? {
        attempt == self.attempt ? output : attempts.first { $0.number == attempt }?.output
    }

    /// The last attempt that has begun; the first if none has.
    fileprivate var lastBegunAttempt: Int { state == .queued ? max(1, attempts.count) : attempt }
}
