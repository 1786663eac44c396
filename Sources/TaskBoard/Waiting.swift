import TaskModel

/// What a queued task waits for.
enum Waiting: Sendable {
    /// Its turn in the queue.
    case turn
    /// A civil time; `checkAt`, in uptime, comes early enough to notice a clock that was set.
    case untilTime(Timestamp, checkAt: Duration)
    /// Its next attempt, at about this civil time; the uptime decides.
    case retry(Timestamp, readyAt: Duration)

    /// When the wait ends or is to be checked, in uptime; `nil` for a task in the queue.
    var readyAt: Duration? {
        switch self {
        case .turn: nil
        case .untilTime(_, let checkAt): checkAt
        case .retry(_, let readyAt): readyAt
        }
    }
}
