import JSON
package import TaskModel
package import WorkerProtocol

/// One task on the board.
package struct TaskEntry: Sendable {
    package let id: TaskID
    let type: String
    let name: String?
    let title: String
    /// `nil` where it is only stored.
    private(set) var data: JSONText?
    let dataSize: Int
    let createdAt: Timestamp
    var options: TaskOptions
    /// See ``TaskRecord/queueOrder``.
    var queueOrder: Int
    private(set) var attempts: [TaskAttempt]
    /// How many units of work there are; where every attempt begins.
    private let units: Int
    var progress: TaskProgress
    package internal(set) var pid: Int32?
    package internal(set) var address: WorkerAddress? { didSet { workerPort = address?.port } }
    /// Also of a worker that another service had.
    private var workerPort: Int?
    var startedAt: Timestamp?
    private(set) var phase: TaskPhase
    /// Whether the worker of this attempt answers.
    var responsiveness = Responsiveness.answering
    /// Bytes of the lines on its worker's standard error that are kept.
    var logSize = 0
    private var clock: ActivityClock

    /// Takes over a record: of a new task, of one that waits, or of one that has ended.
    init(_ record: TaskRecord) {
        id = record.id
        type = record.type
        name = record.name
        title = record.title
        data = record.data
        dataSize = record.dataSize
        createdAt = record.createdAt
        options = record.options
        queueOrder = QueueOrders.clamped(record.queueOrder)
        attempts = record.attempts
        units = record.progress.total
        progress = record.progress
        pid = record.pid
        workerPort = record.workerPort
        startedAt = record.startedAt
        phase =
            Finished(record).map(TaskPhase.finished)
            ?? .queued(Waiting(reason: record.retryAt.map(Waiting.Reason.retry) ?? .turn))
        clock = ActivityClock(
            active: .milliseconds(record.activeMilliseconds), paused: .milliseconds(record.pausedMilliseconds))
    }

    package var state: TaskState { phase.state }
    /// Whether the task has no process and is to have one.
    package var isIdle: Bool { phase.isIdle }
    /// Whether its worker counts as answering, or there is none.
    package var isAnswering: Bool { silence == nil }
    /// Whether its worker has missed a call, and has shown no sign of life since.
    package var hasMissedCall: Bool { silence?.hasMissedCall == true }
    /// Where it stands among those that could be started; `nil` when it could not.
    var rankInLine: QueueRank? {
        guard case .queued(let waiting) = phase, waiting.readyAt == nil else { return nil }
        return QueueRank(priority: options.priority, order: queueOrder, id: id)
    }
    /// Why its worker counts as not answering; `nil` if it does not, or there is none.
    var silence: Silence? { phase.hasWorker ? responsiveness.silence : nil }
    /// When something must be done if nothing happens before; in uptime.
    var deadline: Duration? { [phase.deadline, nextProbe].compactMap(\.self).min() }
    /// When its worker is to be asked whether it answers; one that is ending gets no questions.
    var nextProbe: Duration? { phase.isBeforeEnd ? silence?.nextProbe : nil }
    /// When another attempt is to be made of a task that waits for it.
    var retryAt: Timestamp? {
        if case .queued(let waiting) = phase, case .retry(let time) = waiting.reason { time } else { nil }
    }
    /// Attempts that have failed by themselves.
    var failures: Int { attempts.count { !$0.isInterrupted } }
    var retriesLeft: Int { options.retries - failures }

    /// Goes over into another state.
    ///
    /// - Throws: ``IllegalTransition`` where the table has no such arrow; the entry is then as before.
    mutating func enter(_ next: TaskPhase, by transition: TaskTransition, at now: Moment) throws(IllegalTransition) {
        guard try phase.state.after(transition) == next.state else {
            throw IllegalTransition(state: phase.state, transition: transition)
        }
        phase = next
        clock.move(to: phase.state, at: now.uptime)
        if case .working(var working) = phase {
            working.timeoutAt =
                working.isPaused
                ? nil
                : options.timeout.map { timeout in
                    now.uptime + max(.zero, .seconds(timeout) - clock.active(at: now.uptime))
                }
            phase = .working(working)
        }
    }

    /// Goes back to the line after an attempt that has brought nothing.
    ///
    /// - Throws: ``IllegalTransition`` where there was no attempt.
    mutating func requeue(
        _ waiting: Waiting, after error: String, exitCode: Int32?, isInterrupted: Bool, at now: Moment
    ) throws(IllegalTransition) {
        let attempt = TaskAttempt(
            number: attempts.count + 1, startedAt: startedAt, finishedAt: now.wall, error: error, exitCode: exitCode,
            activeMilliseconds: clock.active(at: now.uptime).wholeMilliseconds, isInterrupted: isInterrupted)
        try enter(.queued(waiting), by: .requeue, at: now)
        attempts.append(attempt)
        progress = TaskProgress(done: 0, total: units)
        (pid, address, startedAt) = (nil, nil, nil)
        responsiveness = .answering
        clock = ActivityClock()
    }

    /// Goes back to the queue after a launch that has yielded no worker, as if there had been none.
    ///
    /// - Throws: ``IllegalTransition`` where there was no launch.
    mutating func putBack(at now: Moment) throws(IllegalTransition) {
        try enter(.queued(Waiting()), by: .requeue, at: now)
        progress = TaskProgress(done: 0, total: units)
        (pid, address, startedAt) = (nil, nil, nil)
        responsiveness = .answering
        clock = ActivityClock()
    }

    /// Stops its clock, and says what it will be once that is stored.
    ///
    /// - Throws: ``IllegalTransition`` where it cannot end like this; the entry is then as before.
    mutating func settle(_ settling: Settling, at now: Moment) throws(IllegalTransition) -> TaskEntry {
        let after = try after(settling.finished, by: settling.transition, at: now)
        phase = .settling(settling)
        clock = after.clock
        return after
    }

    /// What it would be if it ended like this.
    ///
    /// - Throws: ``IllegalTransition`` where it cannot.
    func after(
        _ finished: Finished, by transition: TaskTransition, at now: Moment
    ) throws(IllegalTransition) -> TaskEntry {
        var after = self
        try after.enter(.finished(finished), by: transition, at: now)
        return after
    }

    /// Changes what belongs to the state, staying in it.
    mutating func update(_ same: TaskPhase) {
        assert(same.state == phase.state, "a change of state must go through enter(_:by:at:)")
        phase = same
    }

    /// Takes the data out, which is stored.
    mutating func leaveDataInStore() {
        data = nil
    }

    /// About how many bytes of memory it takes once it has ended, with its log and its text.
    var size: Int {
        var size = (data?.bytes.count ?? 0) + (progress.step?.utf8.count ?? 0)
        size += (name?.utf8.count ?? 0) + title.utf8.count
        size += attempts.reduce(0) { $0 + MemoryLayout<TaskAttempt>.size + $1.error.utf8.count }
        if case .finished(let finished) = phase {
            switch finished.ending {
            case .completed(let result): size += result.bytes.count
            case .failed(let error): size += error.utf8.count
            case .terminated, .killed: break
            }
        }
        // A small one will be kept as text, too.
        if size < TaskBoard.textLimit { size *= 2 }
        return size + logSize + Self.overhead
    }

    /// Bytes that a task without data takes: here twice, as its place in a table is not always filled, and as text.
    private static let overhead = 2 * MemoryLayout<TaskEntry>.stride + 1024

    func record(at now: Moment) -> TaskRecord {
        var record = TaskRecord(
            id: id, type: type, data: data, dataSize: dataSize, options: options, state: phase.state,
            progress: progress,
            createdAt: createdAt)
        record.name = name
        record.title = title
        record.queueOrder = queueOrder
        record.attempts = attempts
        record.retryAt = retryAt
        record.pid = pid
        record.workerPort = workerPort
        record.startedAt = startedAt
        record.activeMilliseconds = clock.active(at: now.uptime).wholeMilliseconds
        record.pausedMilliseconds = clock.paused(at: now.uptime).wholeMilliseconds
        record.pending = phase.pending
        record.notAnsweringSince = silence?.since.wall
        record.reason = reason
        if case .finished(let finished) = phase {
            record.finishedAt = finished.at
            record.exitCode = finished.exitCode
            record.termination = finished.termination
            switch finished.ending {
            case .completed(let result): record.result = result
            case .failed(let error): record.error = error
            case .terminated, .killed: break
            }
        }
        return record
    }
}

/// Adds up how long a task has run and how long it has stood still.
struct ActivityClock: Sendable {
    private enum Mode {
        case off
        case active(since: Duration)
        case paused(since: Duration)
    }

    private var mode = Mode.off
    private var activeBefore: Duration
    private var pausedBefore: Duration

    init(active: Duration = .zero, paused: Duration = .zero) {
        (activeBefore, pausedBefore) = (active, paused)
    }

    mutating func move(to state: TaskState, at now: Duration) {
        activeBefore = active(at: now)
        pausedBefore = paused(at: now)
        mode =
            switch state {
            case .running: .active(since: now)
            case .paused: .paused(since: now)
            default: .off
            }
    }

    func active(at now: Duration) -> Duration {
        if case .active(let since) = mode { activeBefore + (now - since) } else { activeBefore }
    }

    func paused(at now: Duration) -> Duration {
        if case .paused(let since) = mode { pausedBefore + (now - since) } else { pausedBefore }
    }
}
