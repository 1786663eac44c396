import TaskControl
import TaskModel

/// A task record with the values that only the dashboard computes.
struct TaskRow: Sendable {
    /// The resources that a worker uses.
    struct Usage: Sendable {
        fileprivate let cpuSeconds: Double
        fileprivate let readAt: Duration
        /// The share of one processor since the previous reading, in percent; `nil` at the first reading.
        let cpuPercent: Double?
        let memoryBytes: Int?
    }

    private(set) var record: TaskRecord
    /// The time when the record arrived, in uptime.
    private var recordedAt: Duration
    /// The usage of its worker; `nil` if it has no worker or none was read yet.
    private(set) var usage: Usage?

    init(_ record: TaskRecord, at now: Duration) {
        self.record = record
        recordedAt = now
    }

    /// Replaces the values that change together with other tasks.
    mutating func update(queuePosition: Int?, reason: TaskReason?) {
        record.queuePosition = queuePosition
        record.reason = reason
    }

    mutating func update(_ record: TaskRecord, at now: Duration) {
        let before = self.record
        self.record = record
        self.record.addOmittedMembers(of: before)
        recordedAt = now
        if record.state.isFinal { usage = nil }
    }

    /// Adds what a summary leaves out.
    mutating func addOmittedMembers(of record: TaskRecord) { self.record.addOmittedMembers(of: record) }

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

    /// The running time until now, without pauses.
    func activeMilliseconds(at now: Duration) -> Int {
        let since = record.state == .running ? max(0, (now - recordedAt).wholeMilliseconds) : 0
        return record.activeMilliseconds + since
    }

    /// The time spent paused until now.
    func pausedMilliseconds(at now: Duration) -> Int {
        let since = record.state == .paused ? max(0, (now - recordedAt).wholeMilliseconds) : 0
        return record.pausedMilliseconds + since
    }

    /// The running time left until the timeout; `nil` without a timeout.
    func timeoutMilliseconds(at now: Duration) -> Int? {
        guard let timeout = record.options.timeout, !record.state.isFinal else { return nil }
        return max(0, Int(timeout * 1000) - activeMilliseconds(at: now))
    }

    /// The estimated running time left, at the average pace so far; `nil` if it cannot be estimated.
    ///
    /// Estimated from the time of the last progress report, so that it counts down evenly during a long unit of work.
    /// The first seconds and the first thousandths of the work say little about the rest.
    func remainingMilliseconds(at now: Duration) -> Int? {
        let fraction = record.progress.fraction
        guard record.state == .running, fraction >= 0.002, fraction < 1, record.activeMilliseconds >= 2000 else {
            return nil
        }
        let whole = Double(record.activeMilliseconds) / fraction
        let rest = whole - Double(activeMilliseconds(at: now))
        // A negative estimate is wrong, and no column has room for a huge one.
        return rest > 0 && rest < 1e14 ? Int(rest) : nil
    }
}
