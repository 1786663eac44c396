import CLinux
import Glibc

/// The files of proc(5) about one process.
enum ProcessFile {
    /// Reads all of `/proc/PID/NAME`.
    ///
    /// - Returns: `nil` when there is no such process, or it cannot be read.
    static func read(_ name: String, of pid: pid_t) -> String? {
        var size = 4096
        while true {
            var bytes = [UInt8](repeating: 0, count: size)
            let count = linux_read_process_file(pid, name, &bytes, size)
            guard count >= 0 else { return nil }
            if count < size { return String(decoding: bytes[..<count], as: UTF8.self) }
            size *= 4
        }
    }
}
