import TaskControl
import TaskModel

/// One task, with what the dashboard knows besides its record.
struct TaskRow: Sendable {
    /// What its worker uses of the machine.
    struct Usage: Sendable {
        fileprivate let cpuSeconds: Double
        fileprivate let readAt: Duration
        /// Of one processor, since the reading before; `nil` at the first one.
        let cpuPercent: Double?
        let memoryBytes: Int?
    }

    private(set) var record: TaskRecord
    /// When the record was as it says; in uptime.
    private var recordedAt: Duration
    /// `nil` when the worker has gone, or has not been looked at yet.
    private(set) var usage: Usage?

    init(_ record: TaskRecord, at now: Duration) {
        self.record = record
        recordedAt = now
    }

    /// Replaces what changes with other tasks.
    mutating func update(queuePosition: Int?, reason: TaskReason?) {
        record.queuePosition = queuePosition
        record.reason = reason
    }

    mutating func update(_ record: TaskRecord, at now: Duration) {
        self.record = record
        recordedAt = now
        if record.state.isFinal { usage = nil }
    }

    mutating func update(usage reading: WorkerUsage?, at now: Duration) {
        guard let reading, !record.state.isFinal else {
            usage = nil
            return
        }
        let percent = usage.flatMap { before -> Double? in
            let (seconds, attoseconds) = (now - before.readAt).components
            let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
            return elapsed > 0 ? max(0, reading.cpuSeconds - before.cpuSeconds) / elapsed * 100 : before.cpuPercent
        }
        usage = Usage(
            cpuSeconds: reading.cpuSeconds, readAt: now, cpuPercent: percent, memoryBytes: reading.memoryBytes)
    }

    /// Running time up to now, pauses not counted.
    func activeMilliseconds(at now: Duration) -> Int {
        let since = record.state == .running ? max(0, (now - recordedAt).wholeMilliseconds) : 0
        return record.activeMilliseconds + since
    }

    /// Time spent paused up to now.
    func pausedMilliseconds(at now: Duration) -> Int {
        let since = record.state == .paused ? max(0, (now - recordedAt).wholeMilliseconds) : 0
        return record.pausedMilliseconds + since
    }

    /// Running time that is left until the task is ended for it; `nil` when there is no such limit.
    func timeoutMilliseconds(at now: Duration) -> Int? {
        guard let timeout = record.options.timeout, !record.state.isFinal else { return nil }
        return max(0, Int(timeout * 1000) - activeMilliseconds(at: now))
    }

    /// Running time that is left if the work goes on at the pace so far; `nil` when nothing can be said.
    ///
    /// Estimated from the time at which the progress was reported, so that the estimate counts down
    /// evenly while the work is at one long unit.
    func remainingMilliseconds(at now: Duration) -> Int? {
        let fraction = record.progress.fraction
        guard record.state == .running, fraction > 0, fraction < 1 else { return nil }
        let whole = Double(record.activeMilliseconds) / fraction
        let rest = whole - Double(activeMilliseconds(at: now))
        // An estimate that has run out is none, and neither is one that no column can show.
        return rest > 0 && rest < 1e14 ? Int(rest) : nil
    }
}
