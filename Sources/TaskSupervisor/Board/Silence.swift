import TaskModel

/// Why a worker counts as not answering.
struct Silence: Sendable, Hashable {
    let since: Moment
    /// Whether a signal has stopped its process; only the kernel reports that it goes on, since what it wrote before
    /// may still be in the pipe.
    var isStopped: Bool
    /// Whether it has left a call unanswered since its last sign of life.
    var hasMissedCall: Bool
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
        self = .silent(
            Silence(since: silence?.since ?? now, isStopped: true, hasMissedCall: silence?.hasMissedCall ?? false))
    }

    /// The worker has not answered a call in time.
    mutating func missCall(at now: Moment) {
        self = .silent(
            Silence(since: silence?.since ?? now, isStopped: silence?.isStopped ?? false, hasMissedCall: true))
    }

    /// The worker has written a line or answered a call.
    mutating func showLife() {
        guard var silence, silence.hasMissedCall else { return }
        silence.hasMissedCall = false
        self = silence.isStopped ? .silent(silence) : .answering
    }
}
