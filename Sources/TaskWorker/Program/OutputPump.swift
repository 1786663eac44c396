import CLinux
import Glibc
import NIOConcurrencyHelpers
package import NIOCore
package import TaskModel
package import TaskOutput

/// Moves the output of a program from its pipes to its log, on a thread of its own.
///
/// What it holds in memory is bounded: a program that writes faster than the disk waits for it.
package final class OutputPump: Sendable {
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

    private let thread: WorkerThread
    /// Readable once the program has ended (eventfd(2)).
    private let ending: CInt
    private let summary: NIOLockedValueBox<OutputSummary>

    /// Starts to read.
    ///
    /// - Parameters:
    ///   - limit: the most bytes of the log.
    ///   - onReport: called on the pump's thread, which reads nothing meanwhile.
    /// - Throws: When the system has no room for it; the pipes are closed then.
    package init(
        _ pipes: Pipes, to log: OutputLog, limit: Int, progress rule: ProgressRule,
        onReport: @escaping @Sendable (OutputReport) -> Void
    ) throws(IOError) {
        let ending = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
        let summary = NIOLockedValueBox(OutputSummary())
        do throws(IOError) {
            guard ending >= 0 else { throw IOError(errnoCode: errno, reason: "eventfd") }
            thread = try WorkerThread {
                var loop = PumpLoop(pipes, ending, to: log, limit: limit, progress: rule, onReport: onReport)
                let result = loop.run()
                summary.withLockedValue { $0 = result }
            }
        } catch {
            for pipe in pipes.all { close(pipe) }
            if ending >= 0 { close(ending) }
            throw error
        }
        self.ending = ending
        self.summary = summary
    }

    /// Reads what the program has left in its pipes, closes them and the log, and returns what there was.
    ///
    /// To be called once, when the program and all that it has started has ended: a process that still has the pipes is
    /// not waited for. The last reports precede its return.
    package func finish() -> OutputSummary {
        var one: UInt64 = 1
        write(ending, &one, MemoryLayout.size(ofValue: one))
        thread.join()
        close(ending)
        return summary.withLockedValue { $0 }
    }
}
