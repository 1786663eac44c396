import Glibc
import Processes
import TaskControl

/// Reads what a process uses of the machine.
enum ProcessUsage {
    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    /// Reads a process's usage, with its resident pages as its memory; `nil` when there is no such process.
    static func read(_ pid: pid_t) -> WorkerUsage? {
        ProcessTree.read("stat", of: pid).flatMap { parse(String(decoding: $0, as: UTF8.self)) }
    }

    /// The fields of proc_pid_stat(5) from the third one, the state, on.
    private static func fields(_ line: String) -> ArraySlice<Substring>? {
        // The name stands in parentheses and may hold any character, parentheses and spaces too.
        line.lastIndex(of: ")").map { line[$0...].split(separator: " ").dropFirst() }
    }

    /// Reads the fields utime, stime and rss of proc_pid_stat(5).
    static func parse(_ line: String) -> WorkerUsage? {
        // Counted from the state, which is field 3.
        guard let fields = fields(line)?.map({ Int($0) }), fields.count > 21, let user = fields[11],
            let system = fields[12], let pages = fields[21]
        else {
            return nil
        }
        return WorkerUsage(cpuSeconds: Double(user + system) / ticksPerSecond, memoryBytes: pages * pageSize)
    }
}
