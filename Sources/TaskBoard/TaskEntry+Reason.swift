import TaskModel

extension TaskEntry {
    /// Why the task does not run, as far as it depends on this task alone: the queue decides when its turn comes.
    var reason: TaskReason? {
        switch phase {
        case .queued(let waiting):
            switch waiting.reason {
            case .turn: return nil
            case .time(let time): return .notBefore(time)
            case .retry(let time):
                return .retry(
                    number: attempts.count + 1, of: options.retries + 1 + attempts.count - failures, at: time,
                    error: attempts.last?.error ?? "")
            }
        case .starting(let starting): return silenceReason ?? .starting(since: starting.since.wall)
        case .working(let working):
            if let reason = silenceReason { return reason }
            if let request = working.requests.first { return .awaitingWorker(request.action, since: request.since) }
            return working.pausedSince.map(TaskReason.paused)
        case .stopping(let stopping): return stopping.reason
        case .undecided, .settling: return .storingEnd
        case .finished: return nil
        }
    }

    private var silenceReason: TaskReason? {
        silence.map { .notAnswering(since: $0.since.wall, isStopped: $0.isStopped) }
    }
}

extension Stopping {
    fileprivate var reason: TaskReason {
        guard let stage else { return .exiting(since: stepAt) }
        let next: TaskReason.Step? =
            switch stage {
            case .http: .sigterm
            case .sigterm: .sigkill
            case .sigkill: nil
            }
        return .ending(TaskReason.Step(stage), since: stepAt, next: next, at: nextStepAt)
    }
}
