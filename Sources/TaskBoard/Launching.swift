import TaskModel

/// Whether workers can be launched, as the last launches have shown.
///
/// The first launch that yields no worker suspends all others. When the back-off is over, or another worker's end has
/// freed resources, one launch after the other is a probe, until no task waits.
enum Launching: Sendable, Hashable {
    case ok
    /// No launch before ``Failures/retryAt``.
    case suspended(Failures)
    /// The next launch is a probe.
    case due(Failures)
    /// One launch is under way, and decides.
    case probing(TaskID, Failures)
    /// The last probe has succeeded; the next launch is a probe, too.
    case recovering(Failures)
    /// No task waits any more; launches are unlimited unless one fails before a time, in uptime: a worker may find out
    /// only after it has begun that the system lacks resources.
    case proving(until: Duration, Failures)

    /// The launches that have failed.
    struct Failures: Sendable, Hashable {
        /// The end of the back-off, in uptime.
        var retryAt: Duration
        /// Why the last launch has failed.
        var reason: String
        /// How many launches have failed, one after the other.
        var count: Int
        /// The last launch that seemed to succeed, and how many had failed before.
        var lastSuccess: Success?
    }

    struct Success: Sendable, Hashable {
        let id: TaskID
        let failuresBefore: Int
    }

    /// Why no worker can be launched; `nil` while launches succeed.
    var failure: String? { failures?.reason }

    private var failures: Failures? {
        switch self {
        case .ok: nil
        case .suspended(let failures), .due(let failures), .probing(_, let failures), .recovering(let failures),
            .proving(_, let failures):
            failures
        }
    }

    /// Whether a launch may begin now.
    var allowsLaunch: Bool {
        switch self {
        case .ok, .due, .recovering, .proving: true
        case .suspended, .probing: false
        }
    }

    /// Whether any number of launches may begin now.
    var allowsAll: Bool {
        switch self {
        case .ok, .proving: true
        case .suspended, .due, .probing, .recovering: false
        }
    }

    /// When ``elapse(at:)`` is due, in uptime.
    var deadline: Duration? {
        switch self {
        case .suspended(let failures): failures.retryAt
        case .proving(let until, _): until
        case .ok, .due, .probing, .recovering: nil
        }
    }

    /// Ends the back-off, or the time without failures, once its time has come.
    mutating func elapse(at now: Duration) {
        switch self {
        case .suspended(let failures) where failures.retryAt <= now: self = .due(failures)
        case .proving(let until, _) where until <= now: self = .ok
        case .ok, .suspended, .due, .probing, .recovering, .proving: break
        }
    }

    /// Records that a launch begins.
    mutating func begin(_ id: TaskID) {
        switch self {
        case .due(let failures), .recovering(let failures): self = .probing(id, failures)
        case .ok, .suspended, .probing, .proving: break
        }
    }

    /// Records that a launch has yielded a worker.
    mutating func succeed(_ id: TaskID) {
        guard case .probing(id, var failures) = self else { return }
        failures.lastSuccess = Success(id: id, failuresBefore: failures.count)
        failures.count = 0
        failures.retryAt = .zero
        self = .recovering(failures)
    }

    /// Records that a launch has yielded no worker.
    mutating func fail(_ id: TaskID, because reason: String, at now: Duration, _ timing: TaskBoard.Timing) {
        guard var failures else {
            self = .suspended(Failures(retryAt: now + timing.launchBackOff, reason: reason, count: 1))
            return
        }
        failures.reason = reason
        if let success = failures.lastSuccess, success.id == id {
            failures.count = success.failuresBefore
            failures.lastSuccess = nil
        }
        switch self {
        case .probing(id, _), .proving, .recovering:
            // A probe that another worker's end has brought forward does not lengthen the back-off.
            if failures.retryAt <= now {
                let delay = timing.launchBackOff * (1 << min(failures.count, 16))
                failures.count += 1
                failures.retryAt = now + min(timing.longestLaunchBackOff, delay)
            }
            self = .suspended(failures)
        // Begun before launches were suspended.
        case .suspended: self = .suspended(failures)
        case .due: self = .due(failures)
        case .probing(let probe, _): self = .probing(probe, failures)
        case .ok: break
        }
    }

    /// Makes the next launch a probe: a worker has ended and may have freed resources.
    mutating func endBackOff() {
        if case .suspended(let failures) = self { self = .due(failures) }
    }

    /// Ends the probes: no task waits for a launch.
    mutating func finishRecovery(at now: Duration, _ timing: TaskBoard.Timing) {
        if case .recovering(let failures) = self { self = .proving(until: now + timing.launchBackOff, failures) }
    }
}
