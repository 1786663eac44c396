import TaskModel
import WorkerProtocol

/// From the beginning of the end until the process group is empty.
struct Stopping: Sendable {
    enum Cause: Sendable {
        /// The worker has reported its outcome and is about to exit.
        case reported(WorkOutcome)
        /// The worker has received a signal that the service has not sent.
        case signaled(StopSignal, isForShutdown: Bool)
        /// A client, or the service's shutdown, requested a graceful end.
        case requested(isForShutdown: Bool)
        /// A client, or the service's shutdown, requested an end by force.
        case forced(isForShutdown: Bool)
        /// The task has run for as long as it may.
        case timedOut
        /// The worker broke the protocol or cannot be reached.
        case lost(reason: String)
    }

    private(set) var cause: Cause
    /// In uptime.
    let since: Duration
    var escalation: Escalation
    /// The outcome that the worker reported after its end had begun.
    private var lateOutcome: WorkOutcome?
    /// The requests that the end answers.
    var requests: [RequestID]

    init(_ cause: Cause, requests: [RequestID], escalation: Escalation, at now: Moment) {
        self.cause = cause
        self.requests = requests
        self.escalation = escalation
        since = now.uptime
    }

    /// The worker's outcome; `nil` until it has reported one.
    var outcome: WorkOutcome? {
        switch cause {
        case .reported(let outcome): outcome
        case .signaled(let signal, _): .signaled(signal)
        case .requested, .forced, .timedOut, .lost: lateOutcome
        }
    }

    /// Records the worker's outcome; only the first one counts.
    mutating func record(_ outcome: WorkOutcome) {
        if self.outcome == nil { lateOutcome = outcome }
    }

    /// Makes a requested end one by force, unless the worker has reported an outcome.
    ///
    /// - Parameter isForShutdown: whether the service's shutdown requests it, not a client.
    mutating func force(isForShutdown: Bool) {
        guard outcome == nil else { return }
        switch cause {
        case .requested(let isForShutdown): cause = .forced(isForShutdown: isForShutdown)
        // To a shutdown it has failed already, and may have another attempt.
        case .timedOut: if !isForShutdown { cause = .forced(isForShutdown: false) }
        case .reported, .signaled, .forced, .lost: break
        }
    }

    /// Ascribes a signal from outside to the service's shutdown.
    mutating func joinShutdown() {
        if case .signaled(let signal, _) = cause { cause = .signaled(signal, isForShutdown: true) }
    }
}

extension Stopping.Cause {
    /// The action that a client, or the shutdown, requested.
    var requestedAction: TaskAction? {
        switch self {
        case .requested: .terminate
        case .forced: .kill
        case .reported, .signaled, .timedOut, .lost: nil
        }
    }

    /// Whether the end is the service's own, which no client requested.
    var isForShutdown: Bool {
        switch self {
        case .signaled(_, let isForShutdown), .requested(let isForShutdown), .forced(let isForShutdown): isForShutdown
        case .reported, .timedOut, .lost: false
        }
    }
}
