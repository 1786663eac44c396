import TaskModel

/// A task's state with everything that belongs to that state, and nothing else.
///
/// Indirect: with a million queued tasks, each slot of the table of entries would be as large as the largest phase.
indirect enum TaskPhase: Sendable {
    case queued(Waiting)
    case starting(Starting)
    case working(Working)
    case stopping(Stopping)
    case undecided(Undecided)
    case persisting(Persisting)
    case finished(Finished)

    var state: TaskState {
        switch self {
        case .queued: .queued
        case .starting: .starting
        case .working(let working): working.isPaused ? .paused : .running
        case .stopping, .undecided: .stopping
        case .persisting(let persisting): persisting.shown
        case .finished(let finished): finished.state
        }
    }

    /// Whether the task takes a slot: from its start until its end, or its return to the queue, is stored.
    var isActive: Bool {
        switch self {
        case .queued, .finished: false
        case .starting, .working, .stopping, .undecided: true
        case .persisting(let persisting): persisting.shown != .queued || persisting.next.phase.isActive
        }
    }

    /// Whether the task has, or is about to have, a worker that has not been asked to end.
    var isBeforeEnd: Bool {
        switch self {
        case .starting, .working: true
        case .queued, .stopping, .undecided, .persisting, .finished: false
        }
    }

    /// Whether the task may have a worker's process.
    var hasWorker: Bool {
        switch self {
        case .starting, .working, .stopping: true
        case .queued, .undecided, .persisting, .finished: false
        }
    }

    /// Whether the task is being stored as queued.
    var isReturning: Bool { if case .persisting(let persisting) = self { persisting.next.isQueued } else { false } }

    /// Whether the task waits for a worker.
    var isQueued: Bool { if case .queued = self { true } else { false } }

    /// When the task came into a state that tasks pass through in a moment, in uptime; `nil` in any other state.
    var transientSince: Duration? {
        switch self {
        case .starting(let starting): starting.since.uptime
        case .stopping(let stopping): stopping.since
        case .queued, .working, .undecided, .persisting, .finished: nil
        }
    }

    /// The uptime by which ``BoardStep/deadlineReached(by:)`` is due unless the phase changes.
    var deadline: Duration? {
        switch self {
        case .queued(let waiting): waiting.readyAt
        case .starting(let starting): starting.openBy
        case .working(let working): [working.call?.answerBy, working.timeoutAt].compactMap(\.self).min()
        case .stopping(let stopping): stopping.escalation.deadline
        case .undecided(let undecided): undecided.decideAt
        case .persisting, .finished: nil
        }
    }

    /// The requested action that has not had its effect.
    var pendingAction: TaskAction? {
        switch self {
        case .starting(let starting): starting.controls.first?.action
        case .working(let working): working.controls.first?.action
        case .stopping(let stopping): stopping.cause.requestedAction
        case .queued, .undecided, .persisting, .finished: nil
        }
    }

    /// The requests to pause or resume that the task's end refuses.
    var controls: [PendingControl] {
        switch self {
        case .starting(let starting): starting.controls
        case .working(let working): working.controls
        case .queued, .stopping, .undecided, .persisting, .finished: []
        }
    }

    /// The requests that the task's end answers.
    var endRequests: [RequestID] {
        switch self {
        case .stopping(let stopping): stopping.requests
        case .undecided(let undecided): undecided.requests
        case .persisting(let persisting): persisting.requests
        case .queued, .starting, .working, .finished: []
        }
    }
}
