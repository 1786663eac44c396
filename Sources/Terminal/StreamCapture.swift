import CLinux
import CTerminalGuard
import Glibc

/// Takes what is written to standard output and standard error, so that it does not get onto a
/// screen that is being drawn on: whichever library, runtime or thread writes it.
package final class StreamCapture: Sendable {
    private let realOutput: CInt
    private let realError: CInt
    private let reader: TerminalThread
    private let handler: @Sendable (_ bytes: [UInt8]) -> Void

    /// Starts to capture.
    ///
    /// - Parameter handler: gets the bytes, in order, on a thread of the capture's own; none at all are the end.
    /// - Throws: ``TerminalUnavailable`` when the system has no descriptors or threads to give.
    package init(_ handler: @escaping @Sendable (_ bytes: [UInt8]) -> Void) throws(TerminalUnavailable) {
        var ends: [CInt] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { throw TerminalUnavailable(description: "no pipe could be had") }
        let (source, sink) = (ends[0], ends[1])
        self.handler = handler
        reader = try TerminalThread {
            var buffer = [CChar](repeating: 0, count: 4096)
            while true {
                let count = terminal_guard_read(source, &buffer, buffer.count)
                guard count > 0 else { break }
                handler(buffer[..<count].map { UInt8(bitPattern: $0) })
            }
            close(source)
        }
        realOutput = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        realError = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        terminal_guard_set_streams(realOutput, realError, source)
        dup2(sink, STDOUT_FILENO)
        dup2(sink, STDERR_FILENO)
        close(sink)
    }

    /// Puts the streams back, and returns when all that was captured has been taken.
    package func end() async {
        terminal_guard_set_streams(-1, -1, -1)
        dup2(realOutput, STDOUT_FILENO)
        dup2(realError, STDERR_FILENO)
        close(realOutput)
        close(realError)
        // Whoever has been given the pipe meanwhile may hold it open.
        _ = await reader.wait(atMost: .seconds(1))
        handler([])
    }
}
