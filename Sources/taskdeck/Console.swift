import Dispatch
import Glibc
import SystemPackage
import TaskModel
import Terminal

/// A standard stream for people and scripts, which may be a pipe or a terminal that has stalled.
struct Console: Sendable {
    private let descriptor: FileDescriptor

    static let standardOutput = Console(descriptor: .standardOutput)

    /// Standard error as it is now, also while the dashboard captures it; `nil` when there is no descriptor left.
    static func standardError() -> Console? {
        let copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        return copy < 0 ? nil : Console(descriptor: FileDescriptor(rawValue: copy))
    }

    /// Writes, and returns when all is written or `limit` has passed.
    func write(_ text: String, within limit: Duration) {
        let written = DispatchSemaphore(value: 0)
        write(text) { written.signal() }
        _ = written.wait(timeout: .now() + .milliseconds(limit.wholeMilliseconds))
    }

    /// Writes on a thread of its own, which does not delay the end of the process.
    func write(_ text: String, onEnd: @escaping @Sendable () -> Void = {}) {
        do throws(TerminalUnavailable) {
            _ = try TerminalThread {
                // Where the stream is closed there is nowhere to write to.
                try? descriptor.writeAllWaiting(text.utf8)
                onEnd()
            }
        } catch {
            onEnd()
        }
    }
}
