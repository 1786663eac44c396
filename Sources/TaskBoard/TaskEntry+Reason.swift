import TaskModel

extension TaskEntry {
    /// Why the task does not run, as far as it depends on this task alone: for the queue see ``TaskBoard``.
    var reason: TaskReason? {
        switch phase {
        case .queued(.turn): nil
        case .queued(.untilTime(let time, _)): .notBefore(time)
        case .queued(.retry(let time, _)):
            .retry(
                number: attempts.count + 1, of: attemptLimit, at: time,
                error: attempts.last.map { ProgramErrorText.withoutOutput($0.error) } ?? "")
        case .starting(let starting): silenceReason ?? .starting(since: starting.since.wall)
        case .working(let working): silenceReason ?? working.reason ?? programReason
        case .stopping(let stopping): stopping.escalation.reason
        case .undecided, .persisting: .storing
        case .finished: nil
        }
    }

    private var programReason: TaskReason? {
        rare.values.program?.stoppedSince.map(TaskReason.programStopped)
    }

    private var silenceReason: TaskReason? {
        silence.map { .notAnswering(since: $0.since.wall, isStopped: $0.isStopped) }
    }
}

extension Working {
    fileprivate var reason: TaskReason? {
        if let control = controls.first { return .awaitingWorker(control.action, since: control.since) }
        return pausedSince.map(TaskReason.paused)
    }
}
