import JSON
package import TaskModel
package import WorkerProtocol

/// One task on the board.
package struct TaskEntry: Sendable {
    package let id: TaskID
    package let type: String
    let name: String?
    let title: String
    /// `nil` where only the store has it.
    private(set) var data: JSONText?
    let dataSize: Int
    let createdAt: Timestamp
    var options: TaskOptions
    /// See ``TaskRecord/queueOrder``.
    var queueOrder: Int
    private(set) var attempts: [TaskAttempt]
    /// The total of the progress with which every attempt begins.
    private let units: Int
    var progress: TaskProgress
    package internal(set) var pid: Int32?
    package internal(set) var address: WorkerAddress? { didSet { workerPort = address?.port } }
    /// Also that of a worker of an earlier service.
    private(set) var workerPort: Int?
    var startedAt: Timestamp?
    private(set) var phase: TaskPhase
    /// Whether the worker of this attempt answers.
    var responsiveness = Responsiveness.answering
    /// What few tasks have.
    var rare: RareMembers
    /// Bytes of the lines in memory that its worker wrote to standard error.
    var logSize = 0
    private(set) var clock: ActivityClock
    /// See ``TaskRecord/revision``.
    package private(set) var revision: Int

    /// A new task, a queued one or one that has ended.
    init(_ record: TaskRecord) {
        self.init(record, phase: Finished(record).map(TaskPhase.finished) ?? .queued(.turn))
    }

    /// A task that is stored as started, and has no worker.
    init(started record: TaskRecord, at now: Moment) {
        self.init(record, phase: .starting(Starting(since: now)))
    }

    private init(_ record: TaskRecord, phase: TaskPhase) {
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
        revision = record.revision
        rare = RareMembers(record)
        self.phase = phase
        clock = ActivityClock(
            active: .milliseconds(record.activeMilliseconds), paused: .milliseconds(record.pausedMilliseconds))
    }

    package var state: TaskState { phase.state }
    /// Whether the task waits for a worker.
    package var isQueued: Bool { phase.isQueued }
    /// Whether its worker counts as answering, or there is none.
    package var isAnswering: Bool { silence == nil }
    /// Whether its worker has missed a call, and has shown no sign of life since.
    package var hasMissedCall: Bool { silence?.hasMissedCall == true }
    /// Its rank in the queue; `nil` unless it waits for its turn.
    var queueRank: QueueRank? {
        guard case .queued(.turn) = phase else { return nil }
        return QueueRank(priority: options.priority, order: queueOrder, id: id)
    }
    /// Why its worker counts as not answering; `nil` if it answers, or there is none.
    var silence: Silence? { phase.hasWorker ? responsiveness.silence : nil }
    /// When ``BoardStep/deadlineReached(by:)`` is due, in uptime; `nil` if never.
    var deadline: Duration? { [phase.deadline, nextProbe].compactMap(\.self).min() }
    /// When its worker's status is to be requested, in uptime; `nil` while it answers or ends.
    var nextProbe: Duration? { phase.isBeforeEnd ? silence?.nextProbe : nil }
    /// The civil time of the next attempt of a task that waits for it.
    var retryAt: Timestamp? { if case .queued(.retry(let time, _)) = phase { time } else { nil } }
    /// Attempts that have failed by themselves.
    var failures: Int { attempts.count { !$0.isInterrupted } }
    var retriesLeft: Int { options.retries - failures }
    /// How many attempts there may be in all.
    var attemptLimit: Int { options.attemptLimit(after: attempts) }

    // MARK: - Changes

    /// Enters another state.
    ///
    /// - Throws: ``IllegalTransition`` where the table has no such arrow; the entry is then as before.
    mutating func enter(_ next: TaskPhase, by transition: TaskTransition, at now: Moment) throws(IllegalTransition) {
        guard try phase.state.after(transition) == next.state else {
            throw IllegalTransition(state: phase.state, transition: transition)
        }
        phase = next
        clock.move(to: phase.state, at: now.uptime)
        if case .working(var working) = phase {
            working.timeoutAt = working.isPaused ? nil : timeoutAt(now)
            phase = .working(working)
        }
    }

    private func timeoutAt(_ now: Moment) -> Duration? {
        options.timeout.map { now.uptime + max(.zero, .seconds($0) - clock.active(at: now.uptime)) }
    }

    /// Ends the attempt and enters the queue for another one.
    ///
    /// - Throws: ``IllegalTransition`` where there was no attempt.
    mutating func retry(_ next: NextAttempt, exitCode: Int32?, at now: Moment) throws(IllegalTransition) {
        let attempt = TaskAttempt(
            number: attempts.count + 1, startedAt: startedAt, finishedAt: now.wall, error: next.error,
            exitCode: exitCode, activeMilliseconds: clock.active(at: now.uptime).wholeMilliseconds,
            isInterrupted: next.isInterrupted, output: rare.values.program?.output)
        try requeue(next.waiting, at: now)
        attempts.append(attempt)
    }

    /// Enters the queue again, as if there had been no launch.
    ///
    /// - Throws: ``IllegalTransition`` where there was no launch.
    mutating func requeue(_ waiting: Waiting = .turn, at now: Moment) throws(IllegalTransition) {
        try enter(.queued(waiting), by: .requeue, at: now)
        progress = TaskProgress(done: 0, total: units)
        (pid, address, startedAt) = (nil, nil, nil)
        responsiveness = .answering
        rare.values.program = nil
        clock = ActivityClock()
    }

    /// Waits, with its clock stopped, until it is stored as it will be.
    mutating func persist(_ persisting: Persisting, at now: Moment) {
        phase = .persisting(persisting)
        clock.move(to: persisting.next.state, at: now.uptime)
    }

    /// Starts the next revision, before a change.
    mutating func advanceRevision() {
        revision += 1
    }

    /// Keeps the revision from before a change that shows nothing: until the next one, which is being stored, and after
    /// the end.
    mutating func keepRevisionIfStored(after before: TaskEntry) {
        switch (before.phase, phase) {
        case (.persisting(let earlier), .persisting(let later)) where earlier.next.revision == later.next.revision:
            revision = before.revision
        case (.finished, .finished): revision = before.revision
        default: break
        }
    }

    /// Changes what belongs to the state, which stays.
    mutating func update(_ same: TaskPhase) {
        assert(same.state == phase.state, "a change of state must go through enter(_:by:at:)")
        phase = same
    }

    /// Drops the data, which the store has.
    mutating func leaveDataInStore() {
        data = nil
        guard case .persisting(var persisting) = phase else { return }
        persisting.next.leaveDataInStore()
        phase = .persisting(persisting)
    }
}
