import TaskModel

/// Adds up how long a task has run and how long it was paused.
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
            case .queued, .starting, .stopping, .completed, .failed, .terminated, .killed: .off
            }
    }

    /// Whether the running time grows.
    var isActive: Bool { if case .active = mode { true } else { false } }
    /// Whether the paused time grows.
    var isPaused: Bool { if case .paused = mode { true } else { false } }

    func active(at now: Duration) -> Duration {
        if case .active(let since) = mode { activeBefore + (now - since) } else { activeBefore }
    }

    func paused(at now: Duration) -> Duration {
        if case .paused(let since) = mode { pausedBefore + (now - since) } else { pausedBefore }
    }
}
