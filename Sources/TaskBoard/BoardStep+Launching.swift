import TaskModel

// What follows a launch that has yielded no worker.
extension BoardStep {
    /// Requeues a task that has no worker after all, or ends it as has been requested meanwhile.
    mutating func retractLaunch(_ entry: inout TaskEntry, because reason: String) throws(IllegalTransition) {
        launching.fail(entry.id, because: reason, at: now.uptime, timing)
        let refused = entry.phase.controls
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
        try entry.requeue(at: now)
        actions.append(.store(entry.record(at: now)))
        refuse(refused, entry)
    }

    /// Fails a task that no worker can ever be launched for, which does not count against other launches.
    mutating func failLaunch(_ entry: inout TaskEntry, because reason: String) throws(IllegalTransition) {
        guard case .starting = entry.phase else { return try retractLaunch(&entry, because: reason) }
        launching.succeed(entry.id)
        try finish(&entry, .failed("the worker could not be started: \(reason)"))
    }
}
