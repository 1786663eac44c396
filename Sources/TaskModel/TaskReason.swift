/// Why a task does not run: the record's `reason`.
///
/// Times are absolute, so that a reason stays true while time passes; screens show them relative to now.
package enum TaskReason: Sendable, Hashable {
    /// The queue is paused.
    case queuePaused
    /// All `limit` slots are in use, `paused` of them by paused tasks; `ahead` tasks are before this one.
    case noSlot(limit: Int, paused: Int, ahead: Int)
    /// The task starts when `ahead` others have started.
    case turn(ahead: Int)
    /// No worker can be started.
    case launchFailed(String)
    /// The task is not started before its client's time.
    case notBefore(Timestamp)
    /// Attempt `number` of `count` follows at a time, after the one before has failed with `error`.
    case retry(number: Int, of: Int, at: Timestamp, error: String)
    /// Its worker has not opened its port.
    case starting(since: Timestamp)
    /// Its worker has not answered a request to pause or to resume.
    case awaitingWorker(TaskAction, since: Timestamp)
    /// Its worker has paused.
    case paused(since: Timestamp)
    /// It is being ended: the last step of the escalation, and the next one with its time.
    case ending(Step, since: Timestamp, next: Step?, at: Timestamp?)
    /// Its worker has reported its outcome and is about to exit.
    case exiting(since: Timestamp)
    /// Its worker does not answer: a signal has stopped it, or it has missed a call.
    case notAnswering(since: Timestamp, isStopped: Bool)
    /// A signal that its worker has not sent has stopped its program.
    case programStopped(since: Timestamp)
    /// Its start, its return to the queue or its end is being stored.
    case storing
    /// The service is shutting down.
    case serviceEnding
    /// The sentence of another service.
    case other(String)

    /// A step of the escalation to a task's end.
    package enum Step: String, Sendable, Hashable {
        case request = "a request to terminate"
        case sigterm = "SIGTERM"
        case sigkill = "SIGKILL"

        package init(_ stage: Termination.Stage) {
            self =
                switch stage {
                case .http: .request
                case .sigterm: .sigterm
                case .sigkill: .sigkill
                }
        }
    }

    /// Why a task with a position in the queue is not started.
    ///
    /// - Parameters:
    ///   - paused: the number of paused tasks with a worker.
    ///   - position: its position in the queue, counted from 1.
    ///   - launchFailure: why no worker can be started; `nil` if one can.
    package static func inQueue(
        _ queue: QueueStatus, paused: Int, position: Int, launchFailure: String?
    ) -> TaskReason {
        if queue.isPaused { return .queuePaused }
        if let launchFailure { return .launchFailed(launchFailure) }
        let ahead = max(0, position - 1)
        if let limit = queue.maxRunning, queue.active >= limit {
            return .noSlot(limit: limit, paused: paused, ahead: ahead)
        }
        return .turn(ahead: ahead)
    }
}

extension TaskReason: CustomStringConvertible {
    /// One sentence, with times in UTC: what the API answers.
    package var description: String {
        switch self {
        case .queuePaused: return "the queue is held"
        case .noSlot(let limit, let paused, let ahead):
            return "\(limit) of \(limit) may run\(Self.pausedText(paused, of: limit)); \(Self.aheadText(ahead))"
        case .turn(let ahead): return "it is about to be started; \(Self.aheadText(ahead))"
        case .launchFailed(let failure): return "no worker can be started: \(failure)"
        case .notBefore(let time): return "not before \(time.plainDescription)"
        case .retry(let number, let count, let time, let error):
            return "attempt \(number) of \(count) at \(time.plainDescription): \(error)"
        case .starting(let since): return "its worker has been starting since \(since.plainDescription)"
        case .awaitingWorker(let action, let since):
            return "its worker was asked to \(action.rawValue) at \(since.plainDescription) and has not answered"
        case .paused(let since): return "paused since \(since.plainDescription)"
        case .ending(let step, let since, let next, let time):
            let following = next.flatMap { next in time.map { ", \(next.rawValue) at \($0.plainDescription)" } } ?? ""
            return "\(step.rawValue) was sent at \(since.plainDescription)\(following)"
        case .exiting(let since):
            return "its worker reported its outcome at \(since.plainDescription) and has not exited"
        case .notAnswering(let since, let isStopped):
            return isStopped
                ? "its worker has been stopped by a signal since \(since.plainDescription)"
                : "its worker has not answered since \(since.plainDescription)"
        case .programStopped(let since): return "its program was stopped by a signal at \(since.plainDescription)"
        case .storing: return "its new state is being stored"
        case .serviceEnding: return "the service is ending"
        case .other(let sentence): return sentence
        }
    }

    /// `, both are paused`; empty if none is.
    package static func pausedText(_ paused: Int, of limit: Int) -> String {
        switch (paused, limit) {
        case (0, _): ""
        case (1, 1): ", and it is paused"
        case (2, 2): ", both are paused"
        case (limit, _): ", all are paused"
        case (1, _): ", 1 is paused"
        default: ", \(paused) are paused"
        }
    }

    /// `3 tasks are before it`, `it is the next`.
    package static func aheadText(_ ahead: Int) -> String {
        switch ahead {
        case 0: "it is the next"
        case 1: "1 task is before it"
        default: "\(ahead) tasks are before it"
        }
    }
}
