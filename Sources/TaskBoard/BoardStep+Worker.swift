import HTTPSupport
import TaskModel
import WorkerProtocol

// What comes from the worker's side: its process, its pipe, its answers and its end.
extension BoardStep {
    /// What the worker, or the attempt to start one, has brought.
    mutating func apply(_ event: BoardEvent, to entry: inout TaskEntry) throws(IllegalTransition) {
        switch event {
        case .started(_, let pid): started(&entry, pid: pid)
        case .launchFailed(_, let reason): try retractLaunch(&entry, because: reason)
        case .unlaunchable(_, let reason): try failLaunch(&entry, because: reason)
        case .updated(_, let update):
            entry.responsiveness.showLife()
            try updated(&entry, by: update)
        case .stopped: if entry.phase.hasWorker { entry.responsiveness.stop(at: now) }
        case .continued: entry.responsiveness = .answering
        case .showedLife: entry.responsiveness.showLife()
        case .probed(_, let address, let isAnswering):
            guard entry.phase.hasWorker, entry.address == address else { return }
            if isAnswering { entry.responsiveness.showLife() } else { entry.responsiveness.missCall(at: now) }
        case .violated(_, let reason): try lose(&entry, because: reason)
        case .ended(_, let end, let lastLogLine, let logSize):
            entry.logSize = logSize
            try ended(&entry, end, lastLogLine)
        case .called(_, let id, let result): called(&entry, id, result)
        case .stored: try stored(&entry)
        case .reordered(_, let priority, let order):
            guard entry.phase.isIdle else { return }
            entry.options.priority = priority ?? entry.options.priority
            entry.queueOrder = order ?? entry.queueOrder
        case .submitted, .restored, .requested, .held, .pruned, .ticked, .shutdownRequested: break
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
        case .queued, .working, .undecided, .settling, .finished: break
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
            launching.succeed(entry.id)
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
            working.pausedSince = pauses ? now.wall : nil
            let target: ControlWish.Target = pauses ? .paused : .running
            if working.revoked == target { revoke(target, of: entry.id, &working) }
            try entry.enter(.working(working), by: pauses ? .pause : .resume, at: now)
            advance(&entry)
        case (.starting, .outcome(.noRoom)), (.working, .outcome(.noRoom)):
            if case .outcome(let outcome) = update { try stop(&entry, .reported, outcome: outcome) }
        case (.working, .outcome(.signaled(let signal))):
            try stop(&entry, .signaled(signal), outcome: .signaled(signal))
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
        case (.stopping, _), (.undecided, _), (.queued, _), (.settling, _), (.finished, _):
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
        case .queued, .undecided, .settling, .finished: break
        }
    }

    private mutating func called(_ entry: inout TaskEntry, _ id: CallID, _ result: CallResult) {
        if result.isAnswer { entry.responsiveness.showLife() }
        switch (entry.phase, result) {
        case (.working(var working), .unreachable(let reason)):
            guard working.call?.id == id else { return }
            // Often a worker that has just ended, which the pipe will tell; so the deadline decides.
            working.call?.failure = reason
            entry.update(.working(working))
        case (.stopping(var stopping), .unreachable):
            guard stopping.call == id, stopping.stage == .http, stopping.outcome == nil else { return }
            entry.responsiveness.missCall(at: now)
            climb(&stopping, to: .sigterm, entry.id)
            entry.update(.stopping(stopping))
        case (.working(var working), .accepted), (.working(var working), .refused):
            // The effect shows on the pipe; until then the deadline holds.
            guard working.call?.id == id else { return }
            working.call?.isAnswered = true
            entry.update(.working(working))
        case (.stopping(var stopping), .accepted), (.stopping(var stopping), .refused):
            guard stopping.call == id, stopping.stage == .http else { return }
            stopping.endCall(at: now)
            entry.update(.stopping(stopping))
        case (_, .accepted), (_, .refused), (.queued, _), (.starting, _), (.undecided, _), (.settling, _),
            (.finished, _):
            // The effect, or the end, shows on the pipe; until then the deadline holds.
            break
        }
    }
}
