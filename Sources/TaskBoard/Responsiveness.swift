import TaskModel

/// Whether a task's worker answers.
///
/// Indirect: nearly all do, and with a million tasks each slot of their table then has the size of a pointer.
indirect enum Responsiveness: Sendable {
    case answering
    case silent(Silence)

    var silence: Silence? { if case .silent(let silence) = self { silence } else { nil } }

    /// Records that a signal has stopped the worker's process.
    mutating func recordStop(at now: Moment) {
        var silence = silence ?? Silence(since: now, isStopped: true)
        silence.isStopped = true
        // Only the kernel reports that it continues.
        silence.nextProbe = nil
        self = .silent(silence)
    }

    /// Records that the worker has not answered a call in time.
    mutating func recordMissedCall(at now: Moment) {
        var silence = silence ?? Silence(since: now, isStopped: false)
        silence.recordMissedCall(at: now)
        if silence.isStopped { silence.nextProbe = nil }
        self = .silent(silence)
    }

    /// Records that the worker's status is being requested.
    mutating func beginProbe() {
        guard var silence else { return }
        silence.nextProbe = nil
        self = .silent(silence)
    }

    /// Records that the worker has written a line or answered a call.
    mutating func recordSignOfLife() {
        guard var silence, silence.hasMissedCall else { return }
        (silence.hasMissedCall, silence.nextProbe, silence.missedCalls) = (false, nil, 0)
        self = silence.isStopped ? .silent(silence) : .answering
    }
}

/// Why a worker counts as not answering.
struct Silence: Sendable, Hashable {
    let since: Moment
    /// Whether a signal has stopped its process.
    ///
    /// Only the kernel's report clears it: lines written before the stop may still be in the pipe.
    var isStopped: Bool
    /// Whether it has missed a call since its last sign of life.
    var hasMissedCall = false
    /// When the status of a worker that has missed a call is requested again, in uptime.
    ///
    /// It may only have been slow, and work without output shows no sign of life.
    var nextProbe: Duration?
    /// How many calls in a row it has missed.
    var missedCalls = 0

    init(since: Moment, isStopped: Bool) {
        self.since = since
        self.isStopped = isStopped
    }

    /// The longest time between two probes.
    private static let longestInterval = Duration.seconds(30)

    fileprivate mutating func recordMissedCall(at now: Moment) {
        hasMissedCall = true
        nextProbe = now.uptime + min(Self.longestInterval, .seconds(1 << min(missedCalls, 5)))
        missedCalls += 1
    }
}
