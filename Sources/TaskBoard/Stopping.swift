import TaskModel
import WorkerProtocol

/// From the beginning of the end until the process group is empty.
struct Stopping: Sendable {
    enum Cause: Sendable, Hashable {
        /// The worker has reported its outcome and is about to exit.
        case reported
        /// The worker has received a signal that the service has not sent.
        case signaled(StopSignal)
        /// A client, or the service's own end, asked for it.
        case asked
        case forced
        /// It has run for as long as it may.
        case timedOut
        /// The worker cannot be trusted or reached any more.
        case lost(reason: String)
    }

    var cause: Cause
    let since: Duration
    /// How far the ladder has been climbed; `nil` while the worker ends on its own account.
    private(set) var stage: Termination.Stage?
    /// When the next rung is due; `nil` after the last.
    private(set) var escalateAt: Duration?
    /// When the last step was taken, or the end began.
    private(set) var stepAt: Timestamp
    /// When the next step is due, in civil time as it was at the last one; `nil` after the last.
    private(set) var nextStepAt: Timestamp?
    /// Where to ask; `nil` until the worker has opened its port.
    var address: WorkerAddress?
    /// The request to terminate that its worker has not answered.
    private(set) var call: CallID?
    var outcome: WorkOutcome?
    /// The end that is expected and being stored, if one is.
    var foreseen: Foreseen?
    /// Who waits for the end.
    var waiting: [RequestID] = []
    /// Whether the end is the service's own, which nobody has asked of this task.
    var isForShutdown = false

    init(
        cause: Cause, outcome: WorkOutcome?, address: WorkerAddress?, waiting: [RequestID], escalateAt: Duration,
        at now: Moment
    ) {
        self.cause = cause
        self.outcome = outcome
        self.address = address
        self.waiting = waiting
        since = now.uptime
        stepAt = now.wall
        setNextStep(at: escalateAt, now)
    }

    /// Records a step, and when the next one is due.
    mutating func record(_ step: Termination.Stage, next: Duration?, at now: Moment) {
        stage = step
        stepAt = now.wall
        setNextStep(at: next, now)
    }

    /// The worker is asked to terminate: the next step follows when it does not answer, or else when the grace is over.
    mutating func beginCall(_ id: CallID, answerBy: Duration, at now: Moment) {
        call = id
        nextStepAt = escalateAt.map { Self.wall(min($0, answerBy), now) }
    }

    /// The worker has answered the request to terminate.
    mutating func endCall(at now: Moment) {
        call = nil
        nextStepAt = escalateAt.map { Self.wall($0, now) }
    }

    private mutating func setNextStep(at time: Duration?, _ now: Moment) {
        escalateAt = time
        nextStepAt = time.map { Self.wall($0, now) }
    }

    private static func wall(_ time: Duration, _ now: Moment) -> Timestamp {
        Timestamp(milliseconds: now.wall.milliseconds + Int64((time - now.uptime).wholeMilliseconds))
    }
}

extension Stopping.Cause {
    var isFromOutside: Bool { if case .signaled = self { true } else { false } }
}
