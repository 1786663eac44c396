import CLinux
import Glibc
import NIOConcurrencyHelpers
package import NIOCore
package import TaskModel
package import TaskOutput

/// Moves the output of a program from its pipes to its log.
///
/// What it holds in memory is bounded: a program that writes faster than the disk waits for it. Not to be used by two
/// threads at a time.
package final class OutputPump {
    /// The ends to read of a program's pipes; the pump closes them.
    package struct Pipes: Sendable {
        package var output: CInt
        package var errors: CInt
        /// Where the program reports its progress, one JSON object a line; -1 for nowhere.
        package var progress: CInt

        package init(output: CInt, errors: CInt, progress: CInt = -1) {
            self.output = output
            self.errors = errors
            self.progress = progress
        }

        var all: [CInt] { [output, errors, progress].filter { $0 >= 0 } }
    }

    /// The thread that reads while the program runs.
    private struct Reader {
        let thread: WorkerThread
        /// Receives ``Signals`` (eventfd(2)).
        let signals: CInt
        let summary: NIOLockedValueBox<OutputSummary>
    }

    /// What the thread that reads is to do; a set, since an eventfd adds what is written to it.
    struct Signals: OptionSet {
        let rawValue: UInt64

        /// To read on where readers of the log should be waited for.
        static let stopWaiting = Self(rawValue: 1)
        /// To end: the program has.
        static let end = Self(rawValue: 2)
    }

    private let loop: @Sendable () -> PumpLoop
    private var reader: Reader?
    private var isWaiting = true

    /// Reads nothing yet: a program that writes more than its pipes have room for waits until ``start()``.
    ///
    /// - Parameters:
    ///   - limit: the most bytes of the log.
    ///   - onReport: called on the thread that reads, which reads nothing meanwhile.
    package init(
        _ pipes: Pipes, to log: OutputLog, limit: Int, progress rule: ProgressRule,
        onReport: @escaping @Sendable (OutputReport) -> Void
    ) {
        loop = { PumpLoop(pipes, to: log, limit: limit, progress: rule, onReport: onReport) }
    }

    /// Starts to read, on a thread of its own.
    ///
    /// To be called at most once.
    ///
    /// - Throws: When the system has no room for it; the pump can be used without.
    package func start() throws(IOError) {
        let signals = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
        guard signals >= 0 else { throw IOError(errnoCode: errno, reason: "eventfd") }
        let summary = NIOLockedValueBox(OutputSummary())
        do throws(IOError) {
            let thread = try WorkerThread { [loop] in
                var loop = loop()
                loop.run(signals)
                let result = loop.finish()
                summary.withLockedValue { $0 = result }
            }
            reader = Reader(thread: thread, signals: signals, summary: summary)
        } catch {
            close(signals)
            throw error
        }
        if !isWaiting { send(.stopWaiting) }
    }

    /// Has no program wait for readers of its log any more: output is dropped that they do not have in time.
    package func stopWaiting() {
        guard isWaiting else { return }
        isWaiting = false
        send(.stopWaiting)
    }

    private func send(_ signals: Signals) {
        guard let reader else { return }
        var value = signals.rawValue
        write(reader.signals, &value, MemoryLayout.size(ofValue: value))
    }

    /// Reads what the program has left in its pipes, closes them and the log, and returns what there was.
    ///
    /// To be called once, when the program and all that it has started has ended: a process that still has the pipes is
    /// not waited for. The last reports precede its return.
    package func finish() -> OutputSummary {
        guard let reader else {
            var loop = loop()
            return loop.finish()
        }
        send(.end)
        reader.thread.join()
        close(reader.signals)
        return reader.summary.withLockedValue { $0 }
    }
}
