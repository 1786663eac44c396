import Glibc
import JSON
import WorkerProtocol

/// Writes updates to the pipe, one JSON object a line.
///
/// Blocks while the supervisor does not read, which slows down this worker only. Not to be used by two threads at a
/// time.
struct UpdateWriter: Sendable {
    let descriptor: CInt

    func write(_ updates: [WorkerUpdate]) {
        var lines: [UInt8] = []
        for update in updates {
            lines += JSONCoding.encode(update)
            lines.append(UInt8(ascii: "\n"))
        }
        let isComplete = lines.withUnsafeBytes { writeAll($0, to: descriptor) }
        // A broken pipe means the same as the end of standard input.
        if !isComplete { SupervisorWatch.endProcesses() }
    }
}

/// Writes a line to standard error, which the supervisor keeps as the task's log.
func log(_ message: String) {
    var line = message + "\n"
    line.withUTF8 { bytes in
        // There is nowhere left to report that standard error is gone.
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
