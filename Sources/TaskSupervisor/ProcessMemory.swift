import Glibc
import NIOConcurrencyHelpers
import Processes
import TaskControl
import TaskModel

/// The memory of workers, sampled at most every 10 s.
///
/// A reading takes the kernel some 100 µs, as it visits all pages of the process: with many workers, a reading every
/// second would cost more than everything else a dashboard does.
final class ProcessMemory: Sendable {
    /// How long a reading is valid, in uptime.
    static let lifetime = Duration.seconds(10)
    /// The most readings in one call.
    static let readingLimit = 16
    /// The times in one call after which no more workers are read that are new, or that have been read before.
    static let (firstTimeLimit, timeLimit) = (Duration.milliseconds(4), Duration.milliseconds(1))

    private struct Reading {
        let worker: any WorkerHandle
        let bytes: Int
        let at: Duration
    }

    private let readings = NIOLockedValueBox<[TaskID: Reading]>([:])

    /// Adds the memory of workers, after new readings of some: first of new workers, then of those read longest ago.
    ///
    /// Where the proportional size cannot be read, resident pages are counted, shared ones in full.
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

    /// Reads the proportional set size: a shared page counts in parts.
    static func proportional(_ pid: pid_t) -> Int? {
        ProcessTree.read("smaps_rollup", of: pid).flatMap { parse(String(decoding: $0, as: UTF8.self)) }
    }

    /// Reads the line `Pss: 187 kB` of proc_pid_smaps(5).
    static func parse(_ text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("Pss:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
        }
        return nil
    }
}
