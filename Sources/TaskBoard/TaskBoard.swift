package import TaskModel

/// All tasks that have not ended, the last ones that have, and every decision about them.
///
/// A value without clocks, processes, sockets or files: ``receive(_:at:)`` takes an event and returns the actions that
/// follow, which `TaskService` performs. Every race is an order of events, which a test can choose.
///
/// - Tasks wait in the queue until there is a slot; the rest of ``Policy`` says how many there are.
/// - A request to pause or resume is passed to the worker, and answered when the worker reports the effect on its pipe;
///   ``Working/Call/answerBy`` bounds the wait.
/// - An end escalates: HTTP, SIGTERM, SIGKILL; see ``Escalation``.
/// - Every request is answered exactly once: by an effect, an error, or the task's end.
/// - A start, a return to the queue and an end are stored before they are shown.
package struct TaskBoard: Sendable {
    let rules: BoardStep.Rules
    package internal(set) var entries: [TaskID: TaskEntry] = [:]
    /// How many tasks there are, those included that only the store has.
    package internal(set) var tally = TaskTally()
    private(set) var isQueuePaused = false
    package private(set) var isShuttingDown = false
    private(set) var launching = Launching.ok
    /// The tasks that events have changed since this was last emptied.
    package var touched: Set<TaskID> = []
    var order = TaskOrder()
    var finished = FinishedWindow()
    /// The tasks that could start now, in the order in which they will.
    var readyQueue = SortedBlocks<QueueRank>()
    /// The queued tasks that wait for a time.
    var timedTasks = SortedBlocks<TaskID>()
    var orders = QueueOrders()
    var activeCount = 0
    /// The slots of tasks that are being stored as started.
    var reservedSlots = 0
    var pausedCount = 0
    var dataBudget: DataBudget
    var deadlines = DeadlineQueue()
    var transients: TransientStates
    private var calls: UInt64 = 0
    private var hasDrained = false

    package init(timing: Timing = Timing(), policy: Policy = Policy()) {
        rules = BoardStep.Rules(timing: timing, policy: policy)
        dataBudget = DataBudget(size: policy.dataSize)
        transients = TransientStates(limit: timing.passing)
    }

    /// When ``BoardEvent/ticked`` is due, in uptime; `nil` if never.
    package var nextDeadline: Duration? {
        [deadlines.next, launching.deadline, transients.next].compactMap(\.self).min()
    }

    package var queue: QueueStatus {
        QueueStatus(
            isPaused: isQueuePaused, maxRunning: rules.policy.maxRunning, active: activeCount,
            queued: order.waiting.count)
    }

    /// Decides.
    ///
    /// A defect in this code, reported as ``BoardReport/defect(_:_:)``, leaves its task unchanged, and keeps no other
    /// task from what is decided on it.
    ///
    /// - Returns: What is to be done, in this order.
    package mutating func receive(_ event: BoardEvent, at now: Moment) -> [BoardAction] {
        var step = BoardStep(
            rules: rules, isShuttingDown: isShuttingDown, now: now, nextCall: calls, launching: launching)
        apply(event, &step)
        startNext(&step)
        if case .submitted(let record, _, _) = event { finishSubmission(of: record.id, &step) }
        calls = step.nextCall
        if (launching.failure == nil) != (step.launching.failure == nil) {
            step.actions.append(.report(.launchingChanged(failure: step.launching.failure)))
        }
        launching = step.launching
        // A task that is being stored as started would be an interrupted one for the next service.
        if isShuttingDown, order.busy.isEmpty, reservedSlots == 0, !hasDrained {
            hasDrained = true
            step.actions.append(.drained)
        }
        return step.actions
    }

    private mutating func apply(_ event: BoardEvent, _ step: inout BoardStep) {
        switch event {
        case .submitted(let record, let request, let hasSlot): submit(record, by: request, hasSlot: hasSlot, &step)
        case .slotReleased: reservedSlots -= 1
        case .restored(let records, let interrupted, let tally): restore(records, interrupted, tally, &step)
        case .task(let id, let event):
            change(id, &step) { (entry, step) throws(IllegalTransition) in try step.apply(event, to: &entry) }
        case .requested(let request, let action, let id): self.request(action, by: request, of: id, &step)
        case .queuePaused(let isPaused): isQueuePaused = isPaused
        case .pruned(let tasks): for task in tasks { prune(task) }
        case .ticked: tick(&step)
        case .shutdownRequested(let byForce): shutDown(byForce: byForce, &step)
        }
    }

    private mutating func request(
        _ action: TaskAction, by request: RequestID, of id: TaskID, _ step: inout BoardStep
    ) {
        guard entries[id] != nil else {
            return step.actions.append(.answer(request, .failure(.notFound(id.description))))
        }
        change(id, &step) { (entry, step) throws(IllegalTransition) in
            try step.request(action, by: request, of: &entry)
        }
    }

    /// Queued tasks stay queued: until the next start where the queue is kept; elsewhere they go with the service.
    private mutating func shutDown(byForce: Bool, _ step: inout BoardStep) {
        isShuttingDown = true
        step.isShuttingDown = true
        for id in Array(order.busy.elements(after: nil)) {
            change(id, &step) { (entry, step) throws(IllegalTransition) in
                try step.end(&entry, byForce: byForce, for: .shutdown)
            }
        }
    }
}
