import TaskModel

/// Whether workers can be launched, as far as the last launches have shown.
///
/// The first launch that yields no worker holds all others. When the back-off is over, or another worker's end has
/// made room, one launch after the other probes whether there is room again, until none is kept waiting.
enum Launching: Sendable, Hashable {
    case ok
    /// No launch before ``Hold/until``.
    case held(Hold)
    /// The next launch is a probe.
    case due(Hold)
    /// One launch is under way, and decides.
    case probing(TaskID, Hold)
    /// The last probe has succeeded; the next launch is a probe, too.
    case recovering(Hold)
    /// No task is kept waiting any more, and none will be unless a launch fails until a time, in uptime: a worker may
    /// find out only after it has begun that there is no room for it.
    case proving(until: Duration, Hold)

    /// What is known of launches that fail.
    struct Hold: Sendable, Hashable {
        /// The end of the back-off, in uptime.
        var until: Duration
        /// Why the last launch has failed.
        var reason: String
        /// How many launches have failed, one after the other.
        var failures: Int
        /// The last launch that seemed to succeed, and how many had failed before.
        var lastSuccess: Success?
    }

    struct Success: Sendable, Hashable {
        let id: TaskID
        let failuresBefore: Int
    }

    /// Why no worker can be launched; `nil` while launches succeed.
    var failure: String? { hold?.reason }

    private var hold: Hold? {
        switch self {
        case .ok: nil
        case .held(let hold), .due(let hold), .probing(_, let hold), .recovering(let hold), .proving(_, let hold): hold
        }
    }

    /// Whether a launch may begin now.
    var allowsLaunch: Bool {
        switch self {
        case .ok, .due, .recovering, .proving: true
        case .held, .probing: false
        }
    }

    /// Whether any number of launches may begin now.
    var allowsAll: Bool {
        switch self {
        case .ok, .proving: true
        case .held, .due, .probing, .recovering: false
        }
    }

    /// When ``elapse(at:)`` is due, in uptime.
    var deadline: Duration? {
        switch self {
        case .held(let hold): hold.until
        case .proving(let until, _): until
        case .ok, .due, .probing, .recovering: nil
        }
    }

    /// Ends the back-off, or the time without failures, once its time has come.
    mutating func elapse(at now: Duration) {
        switch self {
        case .held(let hold) where hold.until <= now: self = .due(hold)
        case .proving(let until, _) where until <= now: self = .ok
        case .ok, .held, .due, .probing, .recovering, .proving: break
        }
    }

    /// A launch begins.
    mutating func begin(_ id: TaskID) {
        switch self {
        case .due(let hold), .recovering(let hold): self = .probing(id, hold)
        case .ok, .held, .probing, .proving: break
        }
    }

    /// A launch has yielded a worker.
    mutating func succeed(_ id: TaskID) {
        guard case .probing(id, var hold) = self else { return }
        hold.lastSuccess = Success(id: id, failuresBefore: hold.failures)
        hold.failures = 0
        hold.until = .zero
        self = .recovering(hold)
    }

    /// A launch has yielded no worker.
    mutating func fail(_ id: TaskID, because reason: String, at now: Duration, _ timing: TaskBoard.Timing) {
        guard var hold else {
            self = .held(Hold(until: now + timing.launchBackOff, reason: reason, failures: 1))
            return
        }
        hold.reason = reason
        if let success = hold.lastSuccess, success.id == id {
            hold.failures = success.failuresBefore
            hold.lastSuccess = nil
        }
        switch self {
        case .probing(id, _), .proving, .recovering:
            // One that another worker's end has brought forward says nothing of how long it will last.
            if hold.until <= now {
                let delay = timing.launchBackOff * (1 << min(hold.failures, 16))
                hold.failures += 1
                hold.until = now + min(timing.longestLaunchBackOff, delay)
            }
            self = .held(hold)
        // Begun before the hold.
        case .held: self = .held(hold)
        case .due: self = .due(hold)
        case .probing(let probe, _): self = .probing(probe, hold)
        case .ok: break
        }
    }

    /// A worker has ended, which may have made room for another.
    mutating func gainRoom() {
        if case .held(let hold) = self { self = .due(hold) }
    }

    /// No task is kept waiting by this.
    mutating func finishRecovery(at now: Duration, _ timing: TaskBoard.Timing) {
        if case .recovering(let hold) = self { self = .proving(until: now + timing.launchBackOff, hold) }
    }

    /// No task is there to be launched: what the last failure said of others has had its time.
    mutating func lapse() {
        if case .due = self { self = .ok }
    }
}
