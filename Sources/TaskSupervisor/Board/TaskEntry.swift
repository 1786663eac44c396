import TaskModel

/// One task on the board.
struct TaskEntry: Sendable {
    let id: TaskID
    let type: String
    let data: JSONValue
    let createdAt: Timestamp
    var progress: TaskProgress
    var pid: Int32?
    var address: WorkerAddress?
    var startedAt: Timestamp?
    private(set) var phase = TaskPhase.queued
    private var clock = ActivityClock()

    init(id: TaskID, type: String, data: JSONValue, units: Int, createdAt: Timestamp) {
        self.id = id
        self.type = type
        self.data = data
        self.createdAt = createdAt
        progress = TaskProgress(done: 0, total: units)
    }

    /// Goes over into another state.
    ///
    /// - Throws: ``IllegalTransition`` where the table has no such arrow; the entry is then as before.
    mutating func enter(_ next: TaskPhase, by transition: TaskTransition, at now: Moment) throws(IllegalTransition) {
        guard try phase.state.after(transition) == next.state else {
            throw IllegalTransition(state: phase.state, transition: transition)
        }
        phase = next
        clock.move(to: phase.state, at: now.uptime)
    }

    /// Changes what belongs to the state, staying in it.
    mutating func update(_ same: TaskPhase) {
        assert(same.state == phase.state, "a change of state must go through enter(_:by:at:)")
        phase = same
    }

    func record(at now: Moment) -> TaskRecord {
        var record = TaskRecord(
            id: id, type: type, data: data, state: phase.state, progress: progress, createdAt: createdAt)
        record.pid = pid
        record.workerPort = address?.port
        record.startedAt = startedAt
        record.activeMilliseconds = clock.active(at: now.uptime).wholeMilliseconds
        record.pausedMilliseconds = clock.paused(at: now.uptime).wholeMilliseconds
        record.pending = phase.pending
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
    private var activeBefore = Duration.zero
    private var pausedBefore = Duration.zero

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
