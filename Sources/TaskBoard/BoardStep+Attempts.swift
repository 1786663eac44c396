import TaskModel

// When a task starts, and when it starts again.
extension BoardStep {
    /// Puts a queued task where it waits: in the queue, or for its time.
    ///
    /// - Parameter retryAt: the civil time of its next attempt, from before the service started.
    func enqueue(_ entry: inout TaskEntry, retryAt: Timestamp? = nil) {
        if let time = entry.options.notBefore, now.wall < time {
            let delay = min(timing.clockCheck, time.since(now.wall))
            entry.update(.queued(.untilTime(time, checkAt: now.uptime + delay)))
        } else if let retryAt, now.wall < retryAt {
            let delay = min(timing.longestBackOff, retryAt.since(now.wall))
            entry.update(.queued(.retry(retryAt, readyAt: now.uptime + delay)))
        } else {
            entry.update(.queued(.turn))
        }
    }

    /// Starts a queued task: has that stored unless it is, then has a worker launched.
    mutating func start(_ entry: inout TaskEntry, isStored: Bool) throws(IllegalTransition) {
        var next = entry
        try next.enter(.starting(Starting(since: now)), by: .launch, at: now)
        launching.begin(entry.id)
        if isStored {
            entry = next
            launch(entry)
        } else {
            persist(&entry, as: next)
        }
    }

    mutating func launch(_ entry: TaskEntry) {
        actions.append(
            .launch(Launch(id: entry.id, type: entry.type, data: entry.data, attempt: entry.attempts.count + 1)))
    }

    /// The attempt that follows one with this ending; `nil` if none does.
    ///
    /// - Parameter interruption: how the service's end caused the ending; `nil` if it did not.
    func nextAttempt(
        of entry: TaskEntry, after ending: Finished.Ending, interruptedBy interruption: Interruption?
    ) -> NextAttempt? {
        guard rules.policy.keepsQueue || !isShuttingDown else { return nil }
        if let interruption {
            guard rules.policy.requeuesInterrupted, !ending.isCompleted else { return nil }
            return NextAttempt(waiting: .turn, error: interruption.error, isInterrupted: true)
        }
        guard case .failed(let error) = ending, entry.retriesLeft > 0 else { return nil }
        let readyAt = now.uptime + backOff(afterFailures: entry.failures + 1)
        return NextAttempt(
            waiting: .retry(now.wall(at: readyAt), readyAt: readyAt), error: error, isInterrupted: false)
    }

    private func backOff(afterFailures count: Int) -> Duration {
        count > 20 ? timing.longestBackOff : min(timing.longestBackOff, timing.backOff * (1 << (count - 1)))
    }
}
