import TaskModel

/// The last step taken to end a worker, and the next one: an HTTP request, SIGTERM, SIGKILL.
enum Escalation: Sendable {
    /// The worker ends by itself; SIGTERM follows.
    case exit(since: Moment, sigtermAt: Duration)
    /// The worker is requested to terminate, as soon as its port is open; SIGTERM follows.
    case request(since: Moment, call: Call?, sigtermAt: Duration)
    /// SIGTERM was sent; SIGKILL follows.
    case sigterm(since: Moment, sigkillAt: Duration)
    /// SIGKILL was sent; nothing follows.
    case sigkill(since: Moment)

    /// A call that the worker has not answered; SIGTERM follows at once when it fails.
    struct Call: Sendable {
        let id: CallID
        /// When the call fails at the latest, in uptime.
        let answerBy: Duration
    }

    /// The stage in the record of the end; `nil` while the worker ends by itself.
    var stage: Termination.Stage? {
        switch self {
        case .exit: nil
        case .request: .http
        case .sigterm: .sigterm
        case .sigkill: .sigkill
        }
    }

    /// When ``nextSignal`` is due, in uptime; `nil` after the last step.
    var deadline: Duration? {
        switch self {
        case .exit(_, let sigtermAt), .request(_, _, let sigtermAt): sigtermAt
        case .sigterm(_, let sigkillAt): sigkillAt
        case .sigkill: nil
        }
    }

    /// The signal of the next step; `nil` after the last.
    var nextSignal: GroupSignal? {
        switch self {
        case .exit, .request: .terminate
        case .sigterm: .kill
        case .sigkill: nil
        }
    }

    /// The call that has not been answered.
    var call: Call? { if case .request(_, let call, _) = self { call } else { nil } }

    /// Records that the worker is being called, or has answered the call.
    mutating func setCall(_ call: Call?) {
        if case .request(let since, _, let sigtermAt) = self {
            self = .request(since: since, call: call, sigtermAt: sigtermAt)
        }
    }

    /// Why the task does not run.
    var reason: TaskReason {
        switch self {
        case .exit(let since, _): .exiting(since: since.wall)
        case .request(let since, let call, let sigtermAt):
            .ending(
                .request, since: since.wall, next: .sigterm,
                at: since.wall(at: min(sigtermAt, call?.answerBy ?? sigtermAt)))
        case .sigterm(let since, let sigkillAt):
            .ending(.sigterm, since: since.wall, next: .sigkill, at: since.wall(at: sigkillAt))
        case .sigkill(let since): .ending(.sigkill, since: since.wall, next: nil, at: nil)
        }
    }
}

extension Moment {
    /// The civil time at an uptime, if no clock is set in between.
    func wall(at uptime: Duration) -> Timestamp {
        Timestamp(milliseconds: wall.milliseconds + Int64((uptime - self.uptime).wholeMilliseconds))
    }
}
