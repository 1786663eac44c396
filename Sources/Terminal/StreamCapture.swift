import CLinux
import CTerminalGuard
import Glibc

/// Captures standard output and standard error, so that no output of a library or the runtime disturbs the screen.
package final class StreamCapture: Sendable {
    private let realOutput: CInt
    private let realError: CInt
    private let reader: TerminalThread
    private let handler: @Sendable (_ bytes: [UInt8]) -> Void

    /// Starts capturing.
    ///
    /// - Parameter handler: Receives the bytes in order, on a thread of its own; an empty array marks the end.
    ///
    /// - Throws: ``TerminalUnavailable`` if the system is out of descriptors or threads.
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

    /// Restores the streams; returns once all captured bytes have been handled.
    package func end() async {
        terminal_guard_set_streams(-1, -1, -1)
        dup2(realOutput, STDOUT_FILENO)
        dup2(realError, STDERR_FILENO)
        close(realOutput)
        close(realError)
        // A child process may have inherited the pipe and keep it open.
        _ = await reader.wait(atMost: .seconds(1))
        handler([])
    }
}
