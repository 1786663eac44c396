import DequeModule
import OrderedCollections
import TaskModel

/// All tasks, and every decision about them.
///
/// A value without clocks, processes or sockets: ``receive(_:at:)`` takes what has happened and
/// returns what is to be done. ``TaskService`` does it. Whatever can race, races here, as an order
/// of events that a test can choose.
///
/// - A wish to pause or resume is passed to the worker and answered when the worker says so on its
///   pipe; `answerBy` bounds the wait.
/// - An end climbs a ladder: HTTP, SIGTERM, SIGKILL. `escalateAt` is the next rung.
/// - Every request is answered exactly once: by an effect, an error, or the task's end.
/// - Of the tasks that have ended, only the last ones are kept.
struct TaskBoard: Sendable {
    /// How long things may take.
    struct Timing: Sendable {
        /// From the wish that a task ends until it is made to.
        var grace = Duration.seconds(5)
        /// From the start of a process until its HTTP server is open.
        var startup = Duration.seconds(5)
        /// From a call to a worker until its effect shows on the pipe.
        var acknowledgement = Duration.seconds(1)
        /// At least this long between SIGTERM and SIGKILL.
        var lastNotice = Duration.milliseconds(250)
    }

    let timing: Timing
    /// Handed to every worker, see ``Assignment/token``.
    let token: String?
    /// How many finished tasks are kept; `nil` means all.
    let keep: Int?
    private(set) var entries: [TaskID: TaskEntry] = [:]
    /// The tasks in the order of their creation, with some that are not kept any more.
    private var order: [TaskID] = []
    /// In the order of their end.
    private var finished: Deque<TaskID> = []
    /// How many tasks there are in each state.
    private(set) var counts: [TaskState: Int] = [:]
    private(set) var isShuttingDown = false
    /// The tasks that events have touched since this was last emptied.
    var touched: Set<TaskID> = []
    private var live: OrderedSet<TaskID> = []
    private var deadlines = DeadlineQueue()
    private var calls: UInt64 = 0
    private var hasDrained = false

    init(timing: Timing = Timing(), token: String? = nil, keep: Int? = nil) {
        self.timing = timing
        self.token = token
        self.keep = keep
    }

    /// When ``BoardEvent/ticked`` is due, in uptime, if nothing else happens.
    var nextDeadline: Duration? { deadlines.next }

    /// Decides.
    ///
    /// - Throws: ``IllegalTransition`` for a defect in this code; the task is then unchanged.
    mutating func receive(_ event: BoardEvent, at now: Moment) throws(IllegalTransition) -> [BoardAction] {
        var step = BoardStep(timing: timing, now: now, nextCall: calls)
        defer { calls = step.nextCall }
        switch event {
        case .submitted(let id, let type, let data, let units):
            entries[id] = TaskEntry(id: id, type: type, data: data, units: units, createdAt: now.wall)
            order.append(id)
            counts[.queued, default: 0] += 1
            live.append(id)
            let token = token
            try change(id, &step) { (entry, step) throws(IllegalTransition) in try step.launch(&entry, token: token) }
        case .started(let id, _), .launchFailed(let id, _), .updated(let id, _), .violated(let id, _),
            .ended(let id, _, _),
            .called(let id, _, _):
            try change(id, &step) { (entry, step) throws(IllegalTransition) in try step.apply(event, to: &entry) }
        case .requested(let request, let action, let id):
            guard entries[id] != nil else {
                step.actions.append(.answer(request, .failure(.notFound(id.description))))
                break
            }
            try change(id, &step) { (entry, step) throws(IllegalTransition) in
                try step.request(action, by: request, of: &entry)
            }
        case .ticked:
            while let id = deadlines.popDue(at: now.uptime) {
                guard let due = entries[id]?.phase.deadline, due <= now.uptime else { continue }
                try change(id, &step) { (entry, step) throws(IllegalTransition) in try step.deadlineReached(by: &entry)
                }
            }
        case .shutdownRequested(let byForce):
            isShuttingDown = true
            for id in live {
                try change(id, &step) { (entry, step) throws(IllegalTransition) in
                    try step.end(&entry, byForce: byForce, for: nil)
                }
            }
        }
        if isShuttingDown, live.isEmpty, !hasDrained {
            hasDrained = true
            step.actions.append(.drained)
        }
        return step.actions
    }

    private mutating func change(
        _ id: TaskID, _ step: inout BoardStep,
        _ body: (inout TaskEntry, inout BoardStep) throws(IllegalTransition) -> Void
    ) throws(IllegalTransition) {
        guard var entry = entries[id] else { return }
        touched.insert(id)
        let before = entry.phase.state
        let deadline = entry.phase.deadline
        try body(&entry, &step)
        store(entry, replacing: before)
        if let due = entry.phase.deadline, due != deadline { deadlines.insert(due, for: id) }
        if entry.phase.state != before { step.actions.append(.changed(entry.record(at: step.now))) }
    }

    private mutating func store(_ entry: TaskEntry, replacing before: TaskState) {
        let state = entry.phase.state
        entries[entry.id] = entry
        counts[before, default: 0] -= 1
        counts[state, default: 0] += 1
        guard state.isFinal, live.remove(entry.id) != nil else { return }
        finished.append(entry.id)
        while let keep, finished.count > keep { forget(finished.removeFirst()) }
    }

    private mutating func forget(_ id: TaskID) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        counts[entry.phase.state, default: 0] -= 1
        touched.insert(id)
        // Now and then, so that forgetting one costs the same however many there are.
        if order.count > 2 * entries.count + 64 { order.removeAll { entries[$0] == nil } }
    }
}

extension TaskBoard {
    /// One task's record, `nil` when there is none.
    func record(_ id: TaskID, at now: Moment) -> TaskRecord? {
        entries[id]?.record(at: now)
    }

    /// The matching tasks, oldest first.
    ///
    /// Ids only ever grow, so the order of creation is theirs.
    func page(_ query: TaskQuery, at now: Moment) -> TaskPage {
        var total = 0
        var page: [TaskRecord] = []
        for case let entry? in order.lazy.map({ entries[$0] }) {
            guard query.states?.contains(entry.phase.state) ?? true, query.type.map({ $0 == entry.type }) ?? true
            else { continue }
            total += 1
            guard query.after.map({ entry.id > $0 }) ?? true, page.count < query.limit ?? .max else { continue }
            page.append(entry.record(at: now))
        }
        return TaskPage(tasks: page, total: total)
    }
}
