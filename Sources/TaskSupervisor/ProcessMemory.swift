import Glibc
import NIOConcurrencyHelpers
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
        let worker: any WorkerHandle
        let bytes: Int
        let at: Duration
    }

    private let readings = NIOLockedValueBox<[TaskID: Reading]>([:])

    /// Adds what is known of the memory of workers, after some of it has been read: first of those that are new, then
    /// of those that were read longest ago.
    ///
    /// What another process may not be asked for stands as it comes: resident pages, the shared ones in full.
    func complete(
        _ usage: [TaskID: (worker: any WorkerHandle, usage: WorkerUsage)], at now: () -> Duration
    ) -> [TaskID: WorkerUsage] {
        let begin = now()
        var known = readings.withLockedValue { $0 }.filter { id, reading in usage[id]?.worker === reading.worker }
        let due = usage.keys.filter { id in known[id].map { begin - $0.at >= Self.lifetime } ?? true }
            .sorted { (known[$0]?.at ?? .zero, $0) < (known[$1]?.at ?? .zero, $1) }
        for id in due.prefix(Self.readingLimit) {
            guard now() - begin < (known[id] == nil ? Self.firstTimeLimit : Self.timeLimit) else { break }
            guard let (worker, usage) = usage[id], let bytes = worker.memory() ?? usage.memoryBytes else { continue }
            known[id] = Reading(worker: worker, bytes: bytes, at: now())
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
        ProcessFile.read("smaps_rollup", of: pid).flatMap(parse)
    }

    /// Reads the line `Pss: 187 kB` of proc_pid_smaps(5).
    static func parse(_ text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("Pss:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
        }
        return nil
    }
}
