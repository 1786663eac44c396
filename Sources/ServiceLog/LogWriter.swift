import CLinux
import DequeModule
import Dispatch
import NIOConcurrencyHelpers
import NIOPosix
import SystemPackage
import TaskControl

/// An output of the log with the lines that wait for it and a thread of its own that writes them, so that no output
/// waits for another one.
final class LogWriter: Sendable {
    /// Lines kept for the thread: a status dump is a burst of as many lines as there are tasks.
    private static let lineCapacity = 20_000

    private struct State {
        var unwritten: Deque<LogRecord> = []
        var lostLines = 0
        var isWriting = false
        /// Lines that the thread has taken and that may not have been written.
        var takenLines = 0
        /// Whether the thread waits for the time to try again.
        var isAsleep = false
        /// Whether lines that cannot be written are not tried again by themselves.
        var hasGivenUp = false
        /// Whether the file is to be opened anew before the next line.
        var mustReopen = false
        var flushWaiters: [FlushWaiter] = []
    }

    /// A closure by itself would come out of a box, whose code is generic, wrapped once more every time.
    private struct FlushWaiter: Sendable {
        let resume: @Sendable () -> Void
    }

    private struct Batch {
        var records: Deque<LogRecord> = []
        var lostLines = 0
        var mustReopen = false
    }

    private let state = NIOLockedValueBox(State())
    /// Locked by the thread as long as it writes.
    private let output: NIOLockedValueBox<LogOutput>
    /// `nil` for standard error.
    private let path: FilePath?
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let alarm = DispatchSemaphore(value: 0)

    /// Writes to a descriptor, which is never closed.
    init(standardError: FileDescriptor) {
        path = nil
        output = NIOLockedValueBox(LogOutput(standardError, patience: -1))
        startThread()
    }

    /// Appends to a file, which is made if it is not there.
    ///
    /// - Throws: `Errno` when it cannot be opened.
    init(file: FilePath) throws {
        path = file
        output = NIOLockedValueBox(LogOutput(try Self.open(file), patience: 1000))
        startThread()
    }

    private func startThread() {
        thread.start()
        // Answers are more urgent than log lines.
        thread.submit { _ in linux_set_sched_batch() }
    }

    private static func open(_ path: FilePath) throws -> FileDescriptor {
        try FileDescriptor.open(
            path, .writeOnly, options: [.append, .create, .closeOnExec, .nonBlocking],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }

    /// Whether nothing waits to be written.
    var isIdle: Bool { state.withLockedValue { !$0.isWriting } }

    /// How many lines have not been written so far.
    var missingLines: Int { state.withLockedValue { $0.unwritten.count + $0.lostLines + $0.takenLines } }

    /// Adds a line; of too many the oldest are lost.
    ///
    /// - Returns: Whether ``start(for:)`` must be called now.
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

    /// Has the thread write until nothing waits.
    ///
    /// - Parameter hub: Where failures are logged.
    func start(for hub: LogHub) {
        thread.submit { _ in self.writeAll(for: hub) }
    }

    /// Has the file of the same name opened anew before the next line that comes.
    func reopenBeforeNextLine() {
        state.withLockedValue { $0.mustReopen = true }
    }

    /// Calls a closure as soon as nothing waits to be written; until then writing that fails is tried again more often.
    func whenWritten(_ resume: @escaping @Sendable () -> Void) {
        let isDone = state.withLockedValue { state in
            guard state.isWriting else { return true }
            state.flushWaiters.append(FlushWaiter(resume: resume))
            wake(&state)
            return false
        }
        if isDone { resume() }
    }

    /// Ends trying again, for an output that is of no use any more.
    func giveUp() {
        state.withLockedValue { state in
            state.hasGivenUp = true
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
                    state.withLockedValue { $0.takenLines = count }
                }
                // Without standard error there is nowhere to say that it is gone.
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

    /// What is to be written next: lines that have come, or none when it is time to try those again that the output has;
    /// `nil` when there is nothing to do.
    private func dequeue(after output: LogOutput) -> Batch? {
        let heldLines = output.error == nil ? 0 : output.lineCount
        // A pipe that is full has been waited for already.
        var mustSleep = output.error != .resourceTemporarilyUnavailable
        while true {
            var waiters: [FlushWaiter] = []
            var pause: DispatchTimeInterval?
            let batch = state.withLockedValue { state -> Batch? in
                state.isAsleep = false
                state.takenLines = heldLines + state.unwritten.count + state.lostLines
                if state.unwritten.isEmpty {
                    guard heldLines > 0, !state.hasGivenUp, !isGone(output) else {
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
            // Nothing announces that a disk has room again.
            _ = alarm.wait(timeout: .now() + pause)
            mustSleep = false
        }
    }

    /// Whether the other end of standard error has gone, which does not come back by itself.
    private func isGone(_ output: LogOutput) -> Bool {
        path == nil && [.brokenPipe, .ioError, .badFileDescriptor].contains(output.error)
    }

    private func reopen(_ output: inout LogOutput, for hub: LogHub) {
        guard let path else { return }
        do {
            let file = try Self.open(path)
            try? output.replace(with: file).close()
        } catch {
            hub.log(.error, "the log file '\(path)' cannot be opened anew: \(error); the old one is kept")
        }
    }
}
