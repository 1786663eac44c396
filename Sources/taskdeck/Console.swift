import Dispatch
import Glibc
import SystemPackage
import TaskModel

/// Where a person or a script reads what the process has to tell, which may be a pipe or a terminal that has stalled.
struct Console: Sendable {
    private let descriptor: FileDescriptor

    static let standardOutput = Console(descriptor: .standardOutput)

    /// Standard error as the process was started with it; `nil` when there is no descriptor to be had.
    static func own() -> Console? {
        let copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        return copy < 0 ? nil : Console(descriptor: FileDescriptor(rawValue: copy))
    }

    /// Writes; returns at the latest when `limit` has passed, also where nothing takes the output.
    func write(_ text: String, within limit: Duration) {
        _ = begin(text).wait(timeout: .now() + .milliseconds(limit.wholeMilliseconds))
    }

    /// Writes on a thread of its own, which the end of the process does not wait for.
    ///
    /// - Returns: What is signalled when all is written.
    @discardableResult
    func begin(_ text: String) -> DispatchSemaphore {
        let written = DispatchSemaphore(value: 0)
        DispatchQueue(label: "taskdeck console").async {
            // Where the stream is closed there is nowhere to write to.
            _ = try? descriptor.writeAll(text.utf8)
            written.signal()
        }
        return written
    }
}
