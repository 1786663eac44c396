import TaskModel
import WorkerProtocol

// What the worker, or the attempt to start one, reports.
extension BoardStep {
    mutating func started(_ entry: inout TaskEntry, pid: Int32) {
        entry.pid = pid
        switch entry.phase {
        case .starting(var starting):
            starting.openBy = now.uptime + timing.startup
            entry.update(.starting(starting))
        case .stopping(let stopping):
            // The end was requested before there was a process to send a signal to.
            switch stopping.escalation {
            case .sigterm: actions.append(.signal(entry.id, .terminate))
            case .sigkill: actions.append(.signal(entry.id, .kill))
            case .exit, .request: break
            }
        case .queued, .working, .undecided, .persisting, .finished: break
        }
    }

    mutating func updated(_ entry: inout TaskEntry, by update: WorkerUpdate) throws(IllegalTransition) {
        entry.responsiveness.recordSignOfLife()
        switch entry.phase {
        case .starting(let starting): try updated(&entry, starting, by: update)
        case .working(let working): try updated(&entry, working, by: update)
        case .stopping(let stopping): updated(&entry, stopping, by: update)
        // Sent before the end began.
        case .queued, .undecided, .persisting, .finished: break
        }
    }

    private mutating func updated(
        _ entry: inout TaskEntry, _ starting: Starting, by update: WorkerUpdate
    ) throws(IllegalTransition) {
        switch update {
        case .hello(let address):
            guard (1...65_535).contains(address.port) else {
                return try lose(&entry, because: "the worker claims to listen on \(address.host):\(address.port)")
            }
            entry.address = address
            entry.startedAt = now.wall
            launching.succeed(entry.id)
            try entry.enter(.working(Working(address: address, controls: starting.controls)), by: .open, at: now)
            advance(&entry)
        case .outcome(.resourcesExhausted(let reason)): try stop(&entry, .reported(.resourcesExhausted(reason)))
        case .program(let update): updated(&entry, by: update)
        case .progress, .paused, .resumed, .outcome:
            try lose(&entry, because: "the worker sent an update before its 'hello'")
        }
    }

    private mutating func updated(
        _ entry: inout TaskEntry, _ working: Working, by update: WorkerUpdate
    ) throws(IllegalTransition) {
        switch update {
        case .hello: try lose(&entry, because: "the worker sent 'hello' twice")
        case .progress(let progress):
            guard progress.isPlausible else {
                return try lose(&entry, because: "the worker reports \(progress.done) of \(progress.total) done")
            }
            // That of our own work never decreases, whatever the worker reports. A program may begin another phase.
            if entry.rare.values.program != nil || progress.done >= entry.progress.done { entry.progress = progress }
        case .paused: try reached(.paused, &entry, working)
        case .resumed: try reached(.running, &entry, working)
        case .program(let update): updated(&entry, by: update)
        case .outcome(.signaled(let signal)): try stop(&entry, .signaled(signal, isForShutdown: false))
        case .outcome(let outcome): try stop(&entry, .reported(outcome))
        }
    }

    private mutating func reached(
        _ target: PendingControl.Target, _ entry: inout TaskEntry, _ working: Working
    ) throws(IllegalTransition) {
        guard !working.has(target) else { return }
        var working = working
        working.pausedSince = working.isPaused ? nil : now.wall
        if working.revoked == target { revoke(target, of: entry.id, &working) }
        try entry.enter(.working(working), by: working.isPaused ? .pause : .resume, at: now)
        advance(&entry)
    }

    private mutating func updated(_ entry: inout TaskEntry, _ stopping: Stopping, by update: WorkerUpdate) {
        var stopping = stopping
        switch update {
        case .hello(let address):
            guard entry.address == nil else { return }
            entry.address = address
            callTerminate(&stopping, entry)
        case .outcome(let outcome): stopping.record(outcome)
        case .program(let update): return updated(&entry, by: update)
        // Sent before the end began.
        case .progress, .paused, .resumed: return
        }
        entry.update(.stopping(stopping))
    }

    /// Records the result of a call; its effect, or the end, shows on the pipe, and until then the deadline holds.
    mutating func called(_ entry: inout TaskEntry, _ id: CallID, _ result: CallResult) {
        if result.isAnswer { entry.responsiveness.recordSignOfLife() }
        switch entry.phase {
        case .working(var working):
            guard working.call?.id == id else { return }
            switch result {
            // Often a worker that has just ended, which the pipe will show.
            case .unreachable(let reason): working.call?.failure = reason
            case .accepted, .refused: working.call?.isAnswered = true
            }
            entry.update(.working(working))
        case .stopping(var stopping):
            guard stopping.escalation.call?.id == id else { return }
            switch result {
            case .unreachable:
                guard stopping.outcome == nil else { return }
                entry.responsiveness.recordMissedCall(at: now)
                escalate(&stopping, by: .terminate, entry.id)
            case .accepted, .refused: stopping.escalation.setCall(nil)
            }
            entry.update(.stopping(stopping))
        case .queued, .starting, .undecided, .persisting, .finished: break
        }
    }

    mutating func probed(_ entry: inout TaskEntry, _ address: WorkerAddress, isAnswering: Bool) {
        guard entry.phase.hasWorker, entry.address == address else { return }
        if isAnswering {
            entry.responsiveness.recordSignOfLife()
        } else {
            entry.responsiveness.recordMissedCall(at: now)
        }
    }
}
