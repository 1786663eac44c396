import Glibc
import SystemPackage
import TaskControl

/// Reads what a process uses of the machine.
enum ProcessUsage {
    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    /// Now, with all pages that are resident as its memory; `nil` when there is no such process.
    static func read(_ pid: pid_t) -> WorkerUsage? {
        guard let file = try? FileDescriptor.open("/proc/\(pid)/stat", .readOnly, options: .closeOnExec) else {
            return nil
        }
        // The line is some 300 bytes long; its second field is a name of at most 15.
        let line = try? file.closeAfter {
            var bytes = [UInt8](repeating: 0, count: 1024)
            let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
            return String(decoding: bytes[..<count], as: UTF8.self)
        }
        return line.flatMap(parse)
    }

    /// Reads the fields utime, stime and rss of proc_pid_stat(5).
    static func parse(_ line: String) -> WorkerUsage? {
        // The name stands in parentheses and may hold any character, parentheses and spaces too.
        guard let nameEnd = line.lastIndex(of: ")") else { return nil }
        let fields = line[nameEnd...].split(separator: " ").dropFirst().map { Int($0) }
        // Counted from the state, which is field 3.
        guard fields.count > 21, let user = fields[11], let system = fields[12], let pages = fields[21] else {
            return nil
        }
        return WorkerUsage(cpuSeconds: Double(user + system) / ticksPerSecond, memoryBytes: pages * pageSize)
    }
}
