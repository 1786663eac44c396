import Glibc
import NIOConcurrencyHelpers
import SystemPackage
import TaskControl
import TaskModel

/// What processes take of the machine's memory, each read once in a while.
///
/// The kernel walks through all pages of a process for that, some 100 µs each: read every second, many workers would
/// cost more than all else that a dashboard does.
final class ProcessMemory: Sendable {
    /// How long a reading counts, in uptime.
    static let lifetime = Duration.seconds(10)
    /// The most readings at a time.
    static let readingLimit = 16
    /// After which no more workers are read, at a time, that are new, or that have been read before.
    static let (firstTimeLimit, timeLimit) = (Duration.milliseconds(4), Duration.milliseconds(1))

    private struct Reading {
        let pid: pid_t
        let bytes: Int
        let at: Duration
    }

    private let readings = NIOLockedValueBox<[TaskID: Reading]>([:])
    private let read: @Sendable (pid_t) -> Int?

    /// - Parameter read: the bytes of memory of a process; `nil` if that cannot be read.
    init(read: @escaping @Sendable (pid_t) -> Int? = ProcessMemory.proportional) {
        self.read = read
    }

    /// Adds what is known of the memory of workers, after some of it has been read: first of those that are new, then
    /// of those that were read longest ago.
    ///
    /// What another process may not be asked for stands as it comes: resident pages, the shared ones in full.
    func complete(_ usage: [TaskID: (pid: pid_t, usage: WorkerUsage)], at now: () -> Duration) -> [TaskID: WorkerUsage]
    {
        let begin = now()
        var known = readings.withLockedValue { $0 }.filter { id, reading in usage[id]?.pid == reading.pid }
        let due = usage.keys.filter { id in known[id].map { begin - $0.at >= Self.lifetime } ?? true }
            .sorted { (known[$0]?.at ?? .zero, $0) < (known[$1]?.at ?? .zero, $1) }
        for id in due.prefix(Self.readingLimit) {
            guard now() - begin < (known[id] == nil ? Self.firstTimeLimit : Self.timeLimit) else { break }
            guard let (pid, usage) = usage[id], let bytes = read(pid) ?? usage.memoryBytes else { continue }
            known[id] = Reading(pid: pid, bytes: bytes, at: now())
        }
        readings.withLockedValue { $0 = known }
        var completed: [TaskID: WorkerUsage] = [:]
        for (id, entry) in usage {
            completed[id] = WorkerUsage(cpuSeconds: entry.usage.cpuSeconds, memoryBytes: known[id]?.bytes)
        }
        return completed
    }

    /// The proportional set size: of pages that several processes share, each has its part.
    static func proportional(_ pid: pid_t) -> Int? {
        guard
            let file = try? FileDescriptor.open("/proc/\(pid)/smaps_rollup", .readOnly, options: .closeOnExec),
            // Some 800 bytes.
            let text = try? file.closeAfter({
                var bytes = [UInt8](repeating: 0, count: 2048)
                let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
                return String(decoding: bytes[..<count], as: UTF8.self)
            })
        else { return nil }
        return parse(text)
    }

    /// Reads the line `Pss: 187 kB` of proc_pid_smaps(5).
    static func parse(_ text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("Pss:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
        }
        return nil
    }
}
