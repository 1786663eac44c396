import TaskModel

/// Why a worker counts as not answering.
struct Silence: Sendable, Hashable {
    let since: Moment
    /// Whether a signal has stopped its process; only the kernel reports that it goes on, since what it wrote before
    /// may still be in the pipe.
    var isStopped: Bool
    /// Whether it has left a call unanswered since its last sign of life.
    var hasMissedCall = false
    /// When a worker that has missed a call is asked for its status again, in uptime: it may only have been slow, and
    /// one that works in silence would never show it.
    var nextProbe: Duration?
    /// How many calls in a row it has missed.
    var missedCalls = 0

    init(since: Moment, isStopped: Bool) {
        self.since = since
        self.isStopped = isStopped
    }

    /// The longest time between two probes.
    private static let longestInterval = Duration.seconds(30)

    fileprivate mutating func missCall(at now: Moment) {
        hasMissedCall = true
        nextProbe = now.uptime + min(Self.longestInterval, .seconds(1 << min(missedCalls, 5)))
        missedCalls += 1
    }
}

/// Whether a task's worker answers.
///
/// Indirect, since nearly all do and there may be a million tasks: their table has room in each for a pointer only.
indirect enum Responsiveness: Sendable {
    case answering
    case silent(Silence)

    var silence: Silence? { if case .silent(let silence) = self { silence } else { nil } }

    /// The worker's process has been stopped.
    mutating func stop(at now: Moment) {
        var silence = silence ?? Silence(since: now, isStopped: true)
        silence.isStopped = true
        // Only the kernel reports that it goes on.
        silence.nextProbe = nil
        self = .silent(silence)
    }

    /// The worker has not answered a call in time.
    mutating func missCall(at now: Moment) {
        var silence = silence ?? Silence(since: now, isStopped: false)
        silence.missCall(at: now)
        if silence.isStopped { silence.nextProbe = nil }
        self = .silent(silence)
    }

    /// The worker is being asked for its status.
    mutating func beginProbe() {
        guard var silence else { return }
        silence.nextProbe = nil
        self = .silent(silence)
    }

    /// The worker has written a line or answered a call.
    mutating func showLife() {
        guard var silence, silence.hasMissedCall else { return }
        (silence.hasMissedCall, silence.nextProbe, silence.missedCalls) = (false, nil, 0)
        self = silence.isStopped ? .silent(silence) : .answering
    }
}
