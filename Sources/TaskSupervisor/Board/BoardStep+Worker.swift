import TaskModel

// What comes from the worker's side: its process, its pipe, its answers and its end.
extension BoardStep {
    /// What the worker, or the attempt to start one, has brought.
    mutating func apply(_ event: BoardEvent, to entry: inout TaskEntry) throws(IllegalTransition) {
        switch event {
        case .started(_, let pid): started(&entry, pid: pid)
        case .launchFailed(_, let reason): try launchFailed(&entry, reason: reason)
        case .updated(_, let update): try updated(&entry, by: update)
        case .violated(_, let reason): try lose(&entry, because: reason)
        case .ended(_, let end, let lastLogLine, let logSize):
            entry.logSize = logSize
            try ended(&entry, end, lastLogLine)
        case .called(_, let id, let result): called(&entry, id, result)
        case .stored: try stored(&entry)
        case .prioritized(_, let priority): if entry.phase.isIdle { entry.options.priority = priority }
        case .submitted, .placeReturned, .restored, .requested, .held, .pruned, .ticked, .shutdownRequested: break
        }
    }

    private mutating func started(_ entry: inout TaskEntry, pid: Int32) {
        entry.pid = pid
        switch entry.phase {
        case .starting(var starting):
            starting.openBy = now.uptime + timing.startup
            entry.update(.starting(starting))
        case .stopping(let stopping):
            // The end was asked for before there was a process to send a signal to.
            switch stopping.stage {
            case .sigterm: actions.append(.signal(entry.id, .terminate))
            case .sigkill: actions.append(.signal(entry.id, .kill))
            case .http, nil: break
            }
        case .queued, .working, .settling, .finished: break
        }
    }

    private mutating func launchFailed(_ entry: inout TaskEntry, reason: String) throws(IllegalTransition) {
        let error = "the worker could not be started: \(reason)"
        switch entry.phase {
        case .starting:
            try finish(&entry, .failed(error), by: .fail, exitCode: nil, termination: nil)
        case .stopping(let stopping):
            let (ending, transition): (Finished.Ending, TaskTransition) =
                switch stopping.cause {
                case .asked: (.terminated, .terminate)
                case .forced: (.killed, .kill)
                case .reported, .timedOut, .lost: (.failed(error), .fail)
                }
            try finish(&entry, ending, by: transition, exitCode: nil, termination: nil)
        case .queued, .working, .settling, .finished: break
        }
    }

    private mutating func updated(_ entry: inout TaskEntry, by update: WorkerUpdate) throws(IllegalTransition) {
        switch (entry.phase, update) {
        case (.starting(let starting), .hello(let address)):
            guard AccessPolicy.isLoopback(address.host), (1...65_535).contains(address.port) else {
                return try lose(&entry, because: "the worker claims to listen on \(address.host):\(address.port)")
            }
            entry.address = address
            entry.startedAt = now.wall
            try entry.enter(.working(Working(address: address, requests: starting.requests)), by: .open, at: now)
            advance(&entry)
        case (.stopping(var stopping), .hello(let address)):
            guard stopping.address == nil, AccessPolicy.isLoopback(address.host) else { return }
            entry.address = address
            stopping.address = address
            if stopping.stage == .http { callTerminate(&stopping, entry.id) }
            entry.update(.stopping(stopping))
        case (.working, .progress(let progress)):
            guard progress.isPlausible else {
                return try lose(&entry, because: "the worker reports \(progress.done) of \(progress.total) done")
            }
            // Progress never goes back, whatever a worker says.
            if progress.done >= entry.progress.done { entry.progress = progress }
        case (.working(var working), .paused), (.working(var working), .resumed):
            let pauses = update == .paused
            guard working.isPaused != pauses else { return }
            working.isPaused = pauses
            try entry.enter(.working(working), by: pauses ? .pause : .resume, at: now)
            advance(&entry)
        case (.working, .outcome(let outcome)):
            try stop(&entry, .reported, outcome: outcome)
            try storeAhead(&entry)
        case (.stopping(var stopping), .outcome(let outcome)):
            guard stopping.outcome == nil else { return }
            stopping.outcome = outcome
            entry.update(.stopping(stopping))
        case (.starting, _):
            try lose(&entry, because: "the worker sent an update before its 'hello'")
        case (.working, .hello):
            try lose(&entry, because: "the worker said 'hello' twice")
        case (.stopping, _), (.queued, _), (.settling, _), (.finished, _):
            // What was under way when the end began.
            break
        }
    }

    /// Gives a worker up: its process group is killed and the task fails with this reason.
    mutating func lose(_ entry: inout TaskEntry, because reason: String) throws(IllegalTransition) {
        switch entry.phase {
        case .starting, .working:
            try stop(&entry, .lost(reason: reason))
        case .stopping(var stopping):
            // An end that was asked for stays one; it only comes faster.
            climb(&stopping, to: .sigkill, entry.id)
            entry.update(.stopping(stopping))
        case .queued, .settling, .finished: break
        }
    }

    private mutating func called(_ entry: inout TaskEntry, _ id: CallID, _ result: CallResult) {
        switch (entry.phase, result) {
        case (.working(var working), .unreachable(let reason)):
            guard working.call?.id == id else { return }
            // Often a worker that has just ended, which the pipe will tell; so the deadline decides.
            working.call?.failure = reason
            entry.update(.working(working))
        case (.stopping(var stopping), .unreachable):
            guard stopping.call == id, stopping.stage == .http, stopping.outcome == nil else { return }
            climb(&stopping, to: .sigterm, entry.id)
            entry.update(.stopping(stopping))
        case (_, .accepted), (_, .refused), (.queued, _), (.starting, _), (.settling, _), (.finished, _):
            // The effect, or the end, shows on the pipe; until then the deadline holds.
            break
        }
    }

    // MARK: - The end

    private mutating func ended(
        _ entry: inout TaskEntry, _ end: WorkerEnd, _ lastLogLine: String?
    ) throws(IllegalTransition) {
        switch entry.phase {
        case .starting, .working, .stopping: break
        case .queued, .settling, .finished: return
        }
        let exitCode: Int32? = if case .exited(let code) = end.status { code } else { nil }
        guard case .stopping(let stopping) = entry.phase else {
            let moment = entry.phase.state == .starting ? "before it opened its port" : "before it reported an outcome"
            let error = "the worker \(end.status) \(moment)" + (lastLogLine.map { "; its last words: \($0)" } ?? "")
            return try finish(&entry, .failed(error), by: .fail, exitCode: exitCode, termination: nil)
        }
        let termination = stopping.stage.map {
            Termination(stage: $0, milliseconds: (now.uptime - stopping.since).wholeMilliseconds, reaped: end.reaped)
        }
        let (ending, transition) = ending(of: stopping, end.status, timeout: entry.options.timeout)
        try finish(&entry, ending, by: transition, exitCode: exitCode, termination: termination)
    }

    private func ending(
        of stopping: Stopping, _ status: WorkerEnd.Status, timeout: Double?
    ) -> (Finished.Ending, TaskTransition) {
        if case .lost(let reason) = stopping.cause { return (.failed(reason), .fail) }
        if stopping.cause == .timedOut, !(stopping.outcome?.isCompleted ?? false) {
            return (.failed("timeout: it has run for longer than \(timeout ?? 0) s"), .fail)
        }
        switch stopping.outcome {
        case .completed(let result): return (.completed(result), .complete)
        case .failed(let error): return (.failed(error), .fail)
        case .stopped, nil: break
        }
        // Stopping by itself counts as long as there was grace, also where only SIGTERM could be heard.
        let hadGrace = stopping.cause != .forced && now.uptime - stopping.since < timing.grace
        if stopping.outcome == .stopped, hadGrace { return (.terminated, .terminate) }
        if stopping.stage == .sigterm || stopping.stage == .sigkill { return (.killed, .kill) }
        if stopping.outcome == .stopped || status == .exited(code: 0) { return (.terminated, .terminate) }
        return (.failed("the worker \(status) while it was asked to stop"), .fail)
    }

    private mutating func finish(
        _ entry: inout TaskEntry, _ ending: Finished.Ending, by transition: TaskTransition, exitCode: Int32?,
        termination: Termination?
    ) throws(IllegalTransition) {
        var waiting: [RequestID] = []
        var refused: [ControlWish] = []
        switch entry.phase {
        case .starting(let starting): refused = starting.requests
        case .working(let working): refused = working.requests
        case .stopping(let stopping): waiting = stopping.waiting
        case .queued, .settling, .finished: break
        }
        if let next = nextAttempt(of: entry, after: ending) {
            try entry.requeue(
                next.waiting, after: next.error, exitCode: exitCode, isInterrupted: next.isInterrupted, at: now)
            actions.append(.store(entry.record(at: now)))
            for wish in refused { refuse(wish.request, wish.action, entry) }
        } else {
            try settle(
                &entry, ending, by: transition, exitCode: exitCode, termination: termination, waiting: waiting,
                refused: refused)
        }
    }

    /// Has an end stored, which is the end of it once it is.
    mutating func settle(
        _ entry: inout TaskEntry, _ ending: Finished.Ending, by transition: TaskTransition, exitCode: Int32?,
        termination: Termination?, waiting: [RequestID] = [], refused: [ControlWish] = []
    ) throws(IllegalTransition) {
        let foreseen: Foreseen? = if case .stopping(let stopping) = entry.phase { stopping.foreseen } else { nil }
        let confirmed = foreseen?.confirmed(by: exitCode, termination)
        let settling = Settling(
            shown: entry.phase.state,
            finished: confirmed
                ?? Finished(ending: ending, at: now.wall, exitCode: exitCode, termination: termination),
            transition: transition,
            unstored: (foreseen?.isStored == false ? 1 : 0) + (confirmed == nil ? 1 : 0),
            waiting: waiting, refused: refused)
        let after = try entry.settle(settling, at: now)
        if confirmed == nil { actions.append(.storeEnd(after.record(at: now))) }
        try conclude(&entry)
    }

    /// Has the end stored that is to be expected.
    private mutating func storeAhead(_ entry: inout TaskEntry) throws(IllegalTransition) {
        guard case .stopping(var stopping) = entry.phase, case .completed(let result)? = stopping.outcome else {
            return
        }
        let foreseen = Foreseen(result, at: now.wall)
        actions.append(.storeEnd(try entry.after(foreseen.finished, by: .complete, at: now).record(at: now)))
        stopping.foreseen = foreseen
        entry.update(.stopping(stopping))
    }

    private mutating func stored(_ entry: inout TaskEntry) throws(IllegalTransition) {
        switch entry.phase {
        case .stopping(var stopping):
            stopping.foreseen?.isStored = true
            entry.update(.stopping(stopping))
        case .settling(var settling):
            settling.unstored -= 1
            entry.update(.settling(settling))
            try conclude(&entry)
        case .queued, .starting, .working, .finished: break
        }
    }

    /// Ends a task for everybody to see, if all of its end is stored.
    private mutating func conclude(_ entry: inout TaskEntry) throws(IllegalTransition) {
        guard case .settling(let settling) = entry.phase, settling.unstored == 0 else { return }
        try entry.enter(.finished(settling.finished), by: settling.transition, at: now)
        answer(settling.waiting, entry)
        for wish in settling.refused { refuse(wish.request, wish.action, entry) }
    }
}

extension WorkOutcome {
    fileprivate var isCompleted: Bool { if case .completed = self { true } else { false } }
}
