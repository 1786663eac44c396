import TaskModel

// What follows a launch that has yielded no worker.
extension BoardStep {
    /// Requeues a task that has no worker after all, or ends it as has been requested meanwhile.
    mutating func retractLaunch(_ entry: inout TaskEntry, because reason: String) throws(IllegalTransition) {
        launching.fail(entry.id, because: reason, at: now.uptime, timing)
        switch entry.phase {
        case .starting, .working: break
        case .stopping(let stopping):
            let mayWait = stopping.requests.isEmpty && (rules.policy.keepsQueue || !isShuttingDown)
            switch stopping.cause {
            case .reported where mayWait, .requested(isForShutdown: true) where mayWait,
                .forced(isForShutdown: true) where mayWait:
                break
            case .requested, .reported: return try finish(&entry, .terminated)
            case .forced: return try finish(&entry, .killed)
            case .signaled, .timedOut, .lost:
                return try finish(&entry, .failed("the worker could not be started: \(reason)"))
            }
        case .queued, .undecided, .persisting, .finished: return
        }
        try requeue(&entry)
    }

    /// Has a task that has been stored as started stored in the queue again.
    mutating func requeue(_ entry: inout TaskEntry, answering requests: [RequestID] = []) throws(IllegalTransition) {
        var next = entry
        try next.requeue(at: now)
        persist(&entry, as: next, answering: requests)
    }

    /// Fails a task that no worker can ever be launched for, which does not count against other launches.
    mutating func failLaunch(_ entry: inout TaskEntry, because reason: String) throws(IllegalTransition) {
        guard case .starting = entry.phase else { return try retractLaunch(&entry, because: reason) }
        launching.succeed(entry.id)
        try finish(&entry, .failed("the worker could not be started: \(reason)"))
    }
}
