import Glibc
import JSON
import WorkerProtocol

/// Writes updates to the pipe, one JSON object a line.
///
/// Writing blocks while the supervisor does not read, which slows this worker and nobody else.
/// Only one thread at a time uses a writer: the working thread, or one that tells how it holds that at the gate.
struct UpdateWriter: Sendable {
    let descriptor: CInt

    func write(_ update: WorkerUpdate) {
        var line = JSONCoding.encode(update)
        line.append(UInt8(ascii: "\n"))
        let complete = line.withUnsafeBytes { writeAll($0, to: descriptor) }
        // A broken pipe has the same meaning as the end of standard input.
        if !complete { SupervisorWatch.supervisorIsGone() }
    }
}

/// Writes a line for people to standard error, which the supervisor keeps as the task's log.
func log(_ message: String) {
    var line = message + "\n"
    line.withUTF8 { bytes in
        // With standard error gone too there is nobody left to tell.
        _ = writeAll(UnsafeRawBufferPointer(bytes), to: STDERR_FILENO)
    }
}

private func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 {
            if errno == EINTR { continue }
            return false
        }
        rest = rest.dropFirst(count)
    }
    return true
}
