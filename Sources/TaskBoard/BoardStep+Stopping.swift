import TaskModel
import WorkerProtocol

// How a worker is made to end: an HTTP request, then SIGTERM, then SIGKILL.
extension BoardStep {
    /// Begins the end of a task that has a worker; does not wait for its controls.
    mutating func stop(
        _ entry: inout TaskEntry, _ cause: Stopping.Cause, requests: [RequestID] = []
    ) throws(IllegalTransition) {
        let refused = entry.phase.controls
        let sigtermAt = now.uptime + timing.grace
        var stopping = Stopping(
            cause, requests: requests, escalation: .exit(since: now, sigtermAt: sigtermAt), at: now)
        switch cause {
        case .reported, .signaled: break
        case .requested, .timedOut:
            stopping.escalation = .request(since: now, call: nil, sigtermAt: sigtermAt)
            callTerminate(&stopping, entry)
        case .forced, .lost: escalate(&stopping, by: .kill, entry.id)
        }
        try entry.enter(.stopping(stopping), by: .stop, at: now)
        refuse(refused, entry)
    }

    /// Requests the worker to terminate, once its port is open.
    mutating func callTerminate(_ stopping: inout Stopping, _ entry: TaskEntry) {
        guard let address = entry.address, case .request = stopping.escalation else { return }
        let id = makeCall()
        stopping.escalation.setCall(Escalation.Call(id: id, answerBy: now.uptime + timing.acknowledgement))
        actions.append(.call(entry.id, id, .terminate, address))
    }

    /// Takes the next step, or a later one.
    mutating func escalate(_ stopping: inout Stopping, by signal: GroupSignal, _ id: TaskID) {
        if case .sigkill = stopping.escalation { return }
        actions.append(.signal(id, signal))
        switch signal {
        case .terminate:
            // A worker that could not be reached keeps the rest of its grace.
            let sigkillAt = max(now.uptime + timing.lastNotice, stopping.since + timing.grace)
            stopping.escalation = .sigterm(since: now, sigkillAt: sigkillAt)
        case .kill: stopping.escalation = .sigkill(since: now)
        }
    }

    /// Kills the process group of a worker that broke the protocol or cannot be reached; the task fails for this reason.
    mutating func lose(_ entry: inout TaskEntry, because reason: String) throws(IllegalTransition) {
        switch entry.phase {
        case .starting, .working:
            try stop(&entry, .lost(reason: reason))
        case .stopping(var stopping):
            // A requested end stays one; it only comes faster.
            escalate(&stopping, by: .kill, entry.id)
            entry.update(.stopping(stopping))
        case .queued, .undecided, .persisting, .finished: break
        }
    }
}
