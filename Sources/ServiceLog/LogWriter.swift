import CLinux
import DequeModule
import Dispatch
import NIOConcurrencyHelpers
import NIOPosix
import SystemPackage
import TaskControl

/// An output of the log: a queue of lines, and the thread that writes them, so that no output delays another one.
final class LogWriter: Sendable {
    /// The most lines in the queue: a status dump is a burst of more than a thousand.
    private static let lineCapacity = 20_000

    private struct State {
        var unwritten: Deque<LogRecord> = []
        var lostLines = 0
        var isWriting = false
        /// The number of lines that the thread has dequeued and may not have written.
        var dequeuedLines = 0
        /// Whether the thread waits for its next try.
        var isAsleep = false
        /// Whether a failed write is not repeated.
        var hasStoppedRetrying = false
        /// Whether the thread opens the file again before the next line.
        var mustReopen = false
        var flushWaiters: [FlushWaiter] = []
    }

    /// A closure in a generic box would be wrapped once more with every access.
    private struct FlushWaiter: Sendable {
        let resume: @Sendable () -> Void
    }

    private struct Batch {
        var records: Deque<LogRecord> = []
        var lostLines = 0
        var mustReopen = false
    }

    private let state = NIOLockedValueBox(State())
    /// Locked by the thread while it writes.
    private let output: NIOLockedValueBox<LogOutput>
    /// `nil` for standard error.
    private let path: FilePath?
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let alarm = DispatchSemaphore(value: 0)

    /// Writes to a descriptor, which is never closed.
    init(standardError: FileDescriptor) {
        path = nil
        output = NIOLockedValueBox(LogOutput(standardError, stallTimeout: -1))
        startThread()
    }

    /// Appends to a file, which is created if it does not exist.
    ///
    /// - Throws: `Errno` when it cannot be opened.
    init(file: FilePath) throws {
        path = file
        output = NIOLockedValueBox(LogOutput(try Self.open(file), stallTimeout: 1000))
        startThread()
    }

    private func startThread() {
        thread.start()
        // SCHED_BATCH: waking this thread must not preempt the event loop.
        thread.submit { _ in linux_set_sched_batch() }
    }

    private static func open(_ path: FilePath) throws -> FileDescriptor {
        try FileDescriptor.open(
            path, .writeOnly, options: [.append, .create, .closeOnExec, .nonBlocking],
            // It has lines of programs' output, which other users must not read.
            permissions: .ownerReadWrite)
    }

    /// Whether all lines are written.
    var isIdle: Bool { state.withLockedValue { !$0.isWriting } }

    /// The number of lines that are not written.
    var missingLines: Int { state.withLockedValue { $0.unwritten.count + $0.lostLines + $0.dequeuedLines } }

    /// Enqueues a line; from a full queue the oldest is removed, and counted as lost.
    ///
    /// - Returns: Whether the caller must call ``start(for:)``.
    func append(_ record: LogRecord) -> Bool {
        state.withLockedValue { state in
            if state.unwritten.count == Self.lineCapacity {
                state.unwritten.removeFirst()
                state.lostLines += 1
            }
            state.unwritten.append(record)
            wake(&state)
            defer { state.isWriting = true }
            return !state.isWriting
        }
    }

    /// Starts writing on the thread until the queue is empty.
    ///
    /// - Parameter hub: logs failures.
    func start(for hub: LogHub) {
        thread.submit { _ in self.writeAll(for: hub) }
    }

    /// Makes the thread open the file again before the next line.
    func reopenBeforeNextLine() {
        state.withLockedValue { $0.mustReopen = true }
    }

    /// Calls a closure as soon as all lines are written; until then a failed write is repeated sooner.
    func whenWritten(_ resume: @escaping @Sendable () -> Void) {
        let isDone = state.withLockedValue { state in
            guard state.isWriting else { return true }
            state.flushWaiters.append(FlushWaiter(resume: resume))
            wake(&state)
            return false
        }
        if isDone { resume() }
    }

    /// Makes the next failure of a write final.
    func stopRetrying() {
        state.withLockedValue { state in
            state.hasStoppedRetrying = true
            wake(&state)
        }
    }

    private func wake(_ state: inout State) {
        if state.isAsleep { alarm.signal() }
        state.isAsleep = false
    }
}

// MARK: - The thread

extension LogWriter {
    private func writeAll(for hub: LogHub) {
        output.withLockedValue { output in
            while let batch = dequeue(after: output) {
                if batch.mustReopen { reopen(&output, for: hub) }
                let change = output.write(batch.records.map { $0.line + "\n" }, afterLossOf: batch.lostLines) { count in
                    state.withLockedValue { $0.dequeuedLines = count }
                }
                // A failure of standard error cannot be reported on it.
                guard path != nil else { continue }
                switch change {
                case .failed(let error):
                    hub.log(.error, "the log file cannot be written: \(error); lines wait until it can be")
                case .recovered(let lostLines):
                    hub.log(.notice, "the log file is written again; \(lostLines) lines were lost")
                case nil: break
                }
            }
        }
    }

    /// Dequeues the next lines; none when it is time to write those again that wait in the output.
    ///
    /// - Returns: `nil` when all is written, or after ``stopRetrying()``.
    private func dequeue(after output: LogOutput) -> Batch? {
        let waitingLines = output.error == nil ? 0 : output.lineCount
        // The write has waited for a full pipe already.
        var mustSleep = output.error != .resourceTemporarilyUnavailable
        while true {
            var waiters: [FlushWaiter] = []
            var pause: DispatchTimeInterval?
            let batch = state.withLockedValue { state -> Batch? in
                state.isAsleep = false
                state.dequeuedLines = waitingLines + state.unwritten.count + state.lostLines
                if state.unwritten.isEmpty {
                    guard waitingLines > 0, !state.hasStoppedRetrying, !isGone(output) else {
                        state.isWriting = false
                        waiters = state.flushWaiters
                        state.flushWaiters = []
                        return nil
                    }
                    if mustSleep {
                        state.isAsleep = true
                        pause = state.flushWaiters.isEmpty ? .seconds(1) : .milliseconds(50)
                        return nil
                    }
                }
                defer {
                    state.unwritten = []
                    state.lostLines = 0
                    state.mustReopen = false
                }
                return Batch(records: state.unwritten, lostLines: state.lostLines, mustReopen: state.mustReopen)
            }
            for waiter in waiters { waiter.resume() }
            guard let pause else { return batch }
            // Nothing signals that a disk has room again.
            _ = alarm.wait(timeout: .now() + pause)
            mustSleep = false
        }
    }

    /// Whether the other end of standard error has gone for good.
    private func isGone(_ output: LogOutput) -> Bool {
        path == nil && [.brokenPipe, .ioError, .badFileDescriptor].contains(output.error)
    }

    private func reopen(_ output: inout LogOutput, for hub: LogHub) {
        guard let path else { return }
        do {
            let file = try Self.open(path)
            try? output.replace(with: file).close()
        } catch {
            hub.log(.error, "the log file '\(path)' cannot be reopened: \(error); the old one stays in use")
        }
    }
}
