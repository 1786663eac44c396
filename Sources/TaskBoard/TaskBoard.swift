import JSON
package import TaskModel

/// All tasks that live, the last ones that have ended, and every decision about them.
///
/// A value without clocks, processes, sockets or files: ``receive(_:at:)`` takes what has happened and
/// returns what is to be done. ``TaskService`` does it. Whatever can race, races here, as an order
/// of events that a test can choose.
///
/// - Tasks wait in line until there is room for a worker; the rest of ``Policy`` says how much there is.
/// - A wish to pause or resume is passed to the worker and answered when the worker says so on its
///   pipe; `answerBy` bounds the wait.
/// - An end climbs a ladder: HTTP, SIGTERM, SIGKILL. `escalateAt` is the next rung.
/// - Every request is answered exactly once: by an effect, an error, or the task's end.
/// - An end is stored before anybody is told of it.
package struct TaskBoard: Sendable {
    /// The most deadlines that one tick looks at.
    private static let tickLimit = 500

    /// Handed to every worker, see ``Assignment/token``.
    package let token: String?
    let rules: BoardStep.Rules
    package private(set) var entries: [TaskID: TaskEntry] = [:]
    /// How many tasks there are, those that are only stored included.
    package private(set) var tally = TaskTally()
    private(set) var isHeld = false
    package private(set) var isShuttingDown = false
    private(set) var launching = Launching.ok
    /// How many events there were: without any, nothing has changed but the time that tasks have run.
    package private(set) var version: UInt64 = 0
    /// The tasks that events have touched since this was last emptied.
    package var touched: Set<TaskID> = []
    private(set) var order = TaskOrder()
    private(set) var finished = FinishedWindow()
    /// The longest text that is kept in ``texts``, in bytes.
    static let textLimit = 4096
    /// Tasks that have ended, as JSON, once somebody has asked for them.
    var texts: [TaskID: String] = [:]
    /// Tasks that could be started now, in the order in which they will be.
    private(set) var line = SortedBlocks<QueueRank>()
    /// Tasks that wait for a time.
    private(set) var timed = SortedBlocks<TaskID>()
    private var orders = QueueOrders()
    private var activeCount = 0
    private(set) var pausedCount = 0
    private var dataBudget: DataBudget
    private var deadlines = DeadlineQueue()
    private var passing: PassingStates
    private var calls: UInt64 = 0
    private var hasDrained = false

    package init(timing: Timing = Timing(), policy: Policy = Policy(), token: String? = nil) {
        rules = BoardStep.Rules(timing: timing, policy: policy)
        self.token = token
        dataBudget = DataBudget(size: policy.dataSize)
        passing = PassingStates(limit: timing.passing)
    }

    /// When ``BoardEvent/ticked`` is due, in uptime, if nothing else happens.
    package var nextDeadline: Duration? { [deadlines.next, launching.deadline, passing.next].compactMap(\.self).min() }

    package var queue: QueueStatus {
        QueueStatus(
            isHeld: isHeld, maxRunning: rules.policy.maxRunning, active: activeCount, queued: idleCount)
    }

    /// Tasks before their start, be it their turn or not.
    private var idleCount: Int { order.waiting.count }

    /// Decides.
    ///
    /// A defect in this code, reported as ``BoardAction/defect(_:_:)``, leaves its task unchanged, and keeps no other
    /// task from what is decided on it.
    package mutating func receive(_ event: BoardEvent, at now: Moment) -> [BoardAction] {
        version += 1
        var step = BoardStep(
            rules: rules, isShuttingDown: isShuttingDown, now: now, nextCall: calls, launching: launching)
        apply(event, &step)
        startNext(&step)
        if case .submitted(let record) = event {
            // One that has started at once says so itself.
            if let entry = entries[record.id], entry.phase.isIdle {
                step.actions.append(.changed(entry.record(at: now)))
            }
            // Now that one that has started has been given it.
            budgetData(of: record.id)
        }
        calls = step.nextCall
        if (launching.failure == nil) != (step.launching.failure == nil) {
            step.actions.append(.launchingChanged(failure: step.launching.failure))
        }
        launching = step.launching
        if isShuttingDown, order.busy.isEmpty, !hasDrained {
            hasDrained = true
            step.actions.append(.drained)
        }
        return step.actions
    }

    private mutating func apply(_ event: BoardEvent, _ step: inout BoardStep) {
        switch event {
        case .submitted(let record): add(TaskEntry(record), step)
        case .restored(let records, let stored):
            for record in records {
                add(TaskEntry(record), step)
                budgetData(of: record.id)
            }
            tally = stored
        case .started(let id, _), .launchFailed(let id, _), .unlaunchable(let id, _), .updated(let id, _),
            .stopped(let id), .continued(let id), .showedLife(let id), .probed(let id, _, _), .violated(let id, _),
            .ended(let id, _, _, _), .called(let id, _, _), .stored(let id), .reordered(let id, _, _):
            change(id, &step) { (entry, step) throws(IllegalTransition) in try step.apply(event, to: &entry) }
        case .requested(let request, let action, let id):
            guard entries[id] != nil else {
                step.actions.append(.answer(request, .failure(.notFound(id.description))))
                break
            }
            change(id, &step) { (entry, step) throws(IllegalTransition) in
                try step.request(action, by: request, of: &entry)
            }
        case .held(let isHeld): self.isHeld = isHeld
        case .pruned(let tasks): for task in tasks { prune(task) }
        case .ticked:
            step.launching.elapse(at: step.now.uptime)
            // Others are to have their turn: what is left comes with the next tick, at once.
            for _ in 0..<Self.tickLimit {
                guard let id = deadlines.popDue(at: step.now.uptime) else { break }
                guard let due = entries[id]?.deadline, due <= step.now.uptime else { continue }
                change(id, &step) { (entry, step) throws(IllegalTransition) in try step.deadlineReached(by: &entry) }
            }
            reportLingering(&step)
        case .shutdownRequested(let byForce):
            isShuttingDown = true
            step.isShuttingDown = true
            // What waits is not started any more. A queue that is kept does so until the next start; of one that is not,
            // an end of each would be known for no longer than it takes to bring about.
            for id in Array(order.busy.elements(after: nil)) {
                change(id, &step) { (entry, step) throws(IllegalTransition) in
                    try step.shutDown(&entry, byForce: byForce)
                }
            }
        }
    }

    private mutating func reportLingering(_ step: inout BoardStep) {
        let entries = entries
        let due = passing.popDue(at: step.now.uptime) { entries[$0.id]?.phase.passingSince == $0.since }
        for member in due {
            guard let entry = entries[member.id] else { continue }
            step.actions.append(
                .lingering(record(of: entry, at: step.now), for: step.now.uptime - member.since))
        }
    }

    /// Starts those whose turn it is, as far as there is room.
    private mutating func startNext(_ step: inout BoardStep) {
        while hasRoom, step.launching.allowsLaunch, let next = line.first, launch(next.id, &step) {}
        if !hasRoom || line.isEmpty { step.launching.finishRecovery(at: step.now.uptime, rules.timing) }
        if !isShuttingDown, line.isEmpty { step.launching.lapse() }
    }

    private var hasRoom: Bool {
        !isHeld && !isShuttingDown && rules.policy.maxRunning.map { activeCount < $0 } ?? true
    }

    /// How many tasks could be submitted now and would start at once.
    package var openSlots: Int {
        guard hasRoom, launching.allowsAll else { return 0 }
        return rules.policy.maxRunning.map { $0 - activeCount } ?? .max
    }

    /// - Returns: Whether the launch has begun.
    private mutating func launch(_ id: TaskID, _ step: inout BoardStep) -> Bool {
        let token = token
        return change(id, &step) { (entry, step) throws(IllegalTransition) in
            try step.launch(&entry, token: token)
        }
    }

    /// The priority and order by which a task that waits has another place; `nil` if it does not wait.
    ///
    /// Both are ``BoardEvent/reordered(_:priority:order:)``'s once they are stored; an order is returned once only.
    package mutating func newRank(of id: TaskID, after change: QueueChange) -> (priority: Int?, order: Int?)? {
        guard let entry = entries[id], entry.phase.isIdle else { return nil }
        let priority = change.priority ?? entry.options.priority
        if let end = change.position { return (change.priority, orders.next(end, priority: priority)) }
        // Among others its age counts again.
        return (change.priority, priority == entry.options.priority ? nil : 0)
    }

    // MARK: - Keeping book

    private mutating func add(_ entry: TaskEntry, _ step: BoardStep) {
        var entry = entry
        let id = entry.id
        touched.insert(id)
        if case .finished(let finished) = entry.phase {
            entries[id] = entry
            order.move(id, from: nil, to: .ended)
            return hold(entry, since: finished.at)
        }
        tally.add(entry.type, .queued, 1)
        orders.include(entry.queueOrder, priority: entry.options.priority)
        step.lineUp(&entry)
        keep(entry, after: nil)
    }

    /// Changes one task by a decision, or leaves it as it is where that has a defect.
    ///
    /// - Returns: Whether the task is there and the decision without a defect.
    @discardableResult
    mutating func change(
        _ id: TaskID, _ step: inout BoardStep,
        _ body: (inout TaskEntry, inout BoardStep) throws(IllegalTransition) -> Void
    ) -> Bool {
        guard let before = entries[id] else { return false }
        touched.insert(id)
        var entry = before
        let (decided, launching) = (step.actions.count, step.launching)
        do {
            try body(&entry, &step)
        } catch {
            step.actions.removeSubrange(decided...)
            step.launching = launching
            step.actions.append(.defect(id, error))
            return false
        }
        keep(entry, after: before)
        reportSilence(of: entry, after: before, &step)
        guard entry.phase.state != before.phase.state else { return true }
        tally.add(entry.type, before.phase.state, -1)
        tally.add(entry.type, entry.phase.state, 1)
        // Without an attempt more it was only being started.
        let isPutBack = entry.phase.isIdle && entry.attempts.count == before.attempts.count
        step.actions.append(isPutBack ? .putBack(entry.record(at: step.now)) : .changed(entry.record(at: step.now)))
        if entry.phase.state.isFinal {
            if let data = entry.data { dataBudget.release(data) }
            hold(entry, since: step.now.wall)
        }
        return true
    }

    /// Reports that a worker has stopped answering or answers again; not while its task is ending, which says more.
    private func reportSilence(of entry: TaskEntry, after before: TaskEntry, _ step: inout BoardStep) {
        guard entry.phase.isBeforeEnd else { return }
        switch (before.silence, entry.silence) {
        case (nil, .some): step.actions.append(.stoppedAnswering(record(of: entry, at: step.now)))
        case (let silence?, nil):
            step.actions.append(
                .answersAgain(record(of: entry, at: step.now), after: step.now.uptime - silence.since.uptime))
        case (nil, nil), (.some, .some): break
        }
    }

    private mutating func keep(_ entry: TaskEntry, after before: TaskEntry?) {
        entries[entry.id] = entry
        let (rank, rankBefore) = (entry.rankInLine, before?.rankInLine)
        if rankBefore != rank {
            if let rankBefore { line.remove(rankBefore) }
            if let rank { line.insert(rank) }
        }
        if entry.phase.isIdle, rank == nil { timed.insert(entry.id) } else { timed.remove(entry.id) }
        order.move(entry.id, from: before?.phase.stage, to: entry.phase.stage)
        activeCount += (entry.phase.isActive ? 1 : 0) - (before?.phase.isActive == true ? 1 : 0)
        pausedCount += (entry.phase.state == .paused ? 1 : 0) - (before?.phase.state == .paused ? 1 : 0)
        if let since = entry.phase.passingSince, since != before?.phase.passingSince {
            passing.append(PassingStates.Member(id: entry.id, since: since))
        }
        if let due = entry.deadline, due != before?.deadline { deadlines.insert(due, for: entry.id) }
    }

    /// Leaves the data of a task that has not ended in the store, if there is no room in memory.
    private mutating func budgetData(of id: TaskID) {
        guard let entry = entries[id], !entry.phase.state.isFinal, let data = entry.data else { return }
        if !dataBudget.admit(data) { entries[id]?.leaveDataInStore() }
    }

    /// Keeps a task that has ended in memory until too many or too large ones have ended since.
    private mutating func hold(_ entry: TaskEntry, since time: Timestamp) {
        finished.append(FinishedWindow.Member(id: entry.id, time: time, size: entry.size))
        let policy = rules.policy
        while let id = finished.removeExcess(count: policy.window, size: policy.windowSize) { forget(id) }
    }

    private mutating func forget(_ id: TaskID) {
        guard entries.removeValue(forKey: id) != nil else { return }
        texts[id] = nil
        touched.insert(id)
        order.move(id, from: .ended, to: nil)
    }

    private mutating func prune(_ task: PrunedTask) {
        tally.add(task.type, task.state, -1)
        guard entries[task.id]?.phase.state.isFinal == true else { return }
        finished.remove(task.id)
        forget(task.id)
    }
}
