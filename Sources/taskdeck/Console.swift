import Dispatch
import Glibc
import SystemPackage
import TaskModel

/// Standard error as the process was started with it.
struct Console: Sendable {
    private let descriptor: FileDescriptor

    /// `nil` when there is no descriptor to be had.
    static func own() -> Console? {
        let copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        return copy < 0 ? nil : Console(descriptor: FileDescriptor(rawValue: copy))
    }

    /// Writes; returns at the latest when `limit` has passed, also where nothing takes the output.
    func write(_ text: String, within limit: Duration) {
        let written = DispatchSemaphore(value: 0)
        DispatchQueue(label: "taskdeck console").async {
            // Without standard error there is nowhere to write to.
            _ = try? descriptor.writeAll(text.utf8)
            written.signal()
        }
        _ = written.wait(timeout: .now() + .milliseconds(limit.wholeMilliseconds))
    }
}
