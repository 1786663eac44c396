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
        /// Readable once the program has ended (eventfd(2)).
        let ending: CInt
        let summary: NIOLockedValueBox<OutputSummary>
    }

    private let loop: @Sendable () -> PumpLoop
    private var reader: Reader?

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
        let ending = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
        guard ending >= 0 else { throw IOError(errnoCode: errno, reason: "eventfd") }
        let summary = NIOLockedValueBox(OutputSummary())
        do throws(IOError) {
            let thread = try WorkerThread { [loop] in
                var loop = loop()
                loop.run(until: ending)
                let result = loop.finish()
                summary.withLockedValue { $0 = result }
            }
            reader = Reader(thread: thread, ending: ending, summary: summary)
        } catch {
            close(ending)
            throw error
        }
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
        var one: UInt64 = 1
        write(reader.ending, &one, MemoryLayout.size(ofValue: one))
        reader.thread.join()
        close(reader.ending)
        return reader.summary.withLockedValue { $0 }
    }
}
