import JSON
import TaskModel
import WorkerProtocol

// How a task's life with a worker ends, and what follows.
extension BoardStep {
    // MARK: - Without a worker

    /// Puts a task back that has no worker after all, or ends it as has been requested meanwhile.
    mutating func retractLaunch(_ entry: inout TaskEntry, because reason: String) throws(IllegalTransition) {
        launching.fail(entry.id, because: reason, at: now.uptime, timing)
        let refused: [ControlWish]
        switch entry.phase {
        case .starting(let starting): refused = starting.requests
        case .working(let working): refused = working.requests
        case .stopping(let stopping):
            refused = []
            let mayWait = stopping.waiting.isEmpty && (rules.policy.keepsQueue || !isShuttingDown)
            switch stopping.cause {
            case .reported where mayWait: break
            case .asked where mayWait && stopping.isForShutdown, .forced where mayWait && stopping.isForShutdown: break
            case .asked, .reported:
                return try finish(&entry, .terminated, by: .terminate, exitCode: nil, termination: nil)
            case .forced:
                return try finish(&entry, .killed, by: .kill, exitCode: nil, termination: nil)
            case .signaled, .timedOut, .lost:
                let error = "the worker could not be started: \(reason)"
                return try finish(&entry, .failed(error), by: .fail, exitCode: nil, termination: nil)
            }
        case .queued, .undecided, .settling, .finished: return
        }
        try entry.putBack(at: now)
        actions.append(.store(entry.record(at: now)))
        for wish in refused { refuse(wish.request, wish.action, entry) }
    }

    /// Fails a task that no worker can ever be launched for, which says nothing of other launches.
    mutating func failLaunch(_ entry: inout TaskEntry, because reason: String) throws(IllegalTransition) {
        guard case .starting = entry.phase else { return try retractLaunch(&entry, because: reason) }
        launching.succeed(entry.id)
        try finish(
            &entry, .failed("the worker could not be started: \(reason)"), by: .fail, exitCode: nil, termination: nil)
    }

    // MARK: - After a worker

    mutating func ended(
        _ entry: inout TaskEntry, _ end: WorkerEnd, _ lastLogLine: String?
    ) throws(IllegalTransition) {
        if let reason = lackOfRoom(entry, end) { return try retractLaunch(&entry, because: lastLogLine ?? reason) }
        launching.succeed(entry.id)
        launching.gainRoom()
        let exitCode: Int32? = if case .exited(let code) = end.status { code } else { nil }
        let stopping: Stopping
        switch entry.phase {
        case .stopping(let phase): stopping = phase
        case .starting, .working:
            if let signal = end.status.stopSignal {
                try stop(&entry, .signaled(signal))
                return try ended(&entry, end, lastLogLine)
            }
            let moment = entry.phase.state == .starting ? "before it opened its port" : "before it reported an outcome"
            let error = "the worker \(end.status) \(moment)" + (lastLogLine.map { "; its last words: \($0)" } ?? "")
            return try finish(&entry, .failed(error), by: .fail, exitCode: exitCode, termination: nil)
        case .queued, .undecided, .settling, .finished: return
        }
        if case .signaled(let signal) = stopping.cause {
            let undecided = Undecided(
                signal: signal, decideAt: stopping.since + timing.shutdownNotice, exitCode: exitCode,
                termination: Termination(
                    stage: stopping.stage ?? .sigterm, milliseconds: (now.uptime - stopping.since).wholeMilliseconds,
                    reaped: end.reaped),
                waiting: stopping.waiting)
            entry.update(.undecided(undecided))
            if stopping.isForShutdown { return try finishForShutdown(&entry, undecided) }
            if undecided.decideAt <= now.uptime { try finishForSignal(&entry, undecided) }
            return
        }
        let termination = stopping.stage.map {
            Termination(stage: $0, milliseconds: (now.uptime - stopping.since).wholeMilliseconds, reaped: end.reaped)
        }
        let (ending, transition) = ending(of: stopping, end.status, timeout: entry.options.timeout)
        try finish(&entry, ending, by: transition, exitCode: exitCode, termination: termination)
    }

    /// Why a worker has ended for want of something that it needs to work at all; `nil` if it has not.
    private func lackOfRoom(_ entry: TaskEntry, _ end: WorkerEnd) -> String? {
        if case .stopping(let stopping) = entry.phase, case .noRoom(let reason)? = stopping.outcome { return reason }
        return entry.address == nil && end.status.isLackOfRoom ? "the worker \(end.status)" : nil
    }

    /// Finishes a task whose worker was ended together with the service.
    mutating func finishForShutdown(
        _ entry: inout TaskEntry, _ undecided: Undecided
    ) throws(IllegalTransition) {
        try finish(
            &entry, .terminated, by: .terminate, exitCode: undecided.exitCode, termination: undecided.termination,
            isForShutdown: true)
    }

    /// Finishes a task whose worker a signal from outside has ended: a failure.
    mutating func finishForSignal(_ entry: inout TaskEntry, _ undecided: Undecided) throws(IllegalTransition) {
        try finish(
            &entry, .failed("\(undecided.signal.rawValue) from outside"), by: .fail, exitCode: undecided.exitCode,
            termination: nil)
    }

    private func ending(
        of stopping: Stopping, _ status: WorkerEnd.Status, timeout: Double?
    ) -> (Finished.Ending, TaskTransition) {
        if case .lost(let reason) = stopping.cause { return (.failed(reason), .fail) }
        if stopping.cause == .timedOut, !(stopping.outcome?.isCompleted ?? false) {
            return (.failed("timed out after \((timeout ?? 0).plainText) s"), .fail)
        }
        switch stopping.outcome {
        case .completed(let result): return (.completed(result), .complete)
        case .failed(let error): return (.failed(error), .fail)
        case .stopped, .signaled, .noRoom, nil: break
        }
        let hasStopped = stopping.outcome?.isStopped ?? false
        // Stopping by itself counts as long as there was grace, also where only SIGTERM could be heard.
        let hadGrace = stopping.cause != .forced && now.uptime - stopping.since < timing.grace
        if hasStopped, hadGrace { return (.terminated, .terminate) }
        if stopping.stage == .sigterm || stopping.stage == .sigkill { return (.killed, .kill) }
        // systemd signals the service and its workers at once.
        let isSignaled = stopping.cause == .asked && status.stopSignal != nil
        if hasStopped || isSignaled || status == .exited(code: 0) { return (.terminated, .terminate) }
        return (.failed("the worker \(status) while it was asked to stop"), .fail)
    }

    private mutating func finish(
        _ entry: inout TaskEntry, _ ending: Finished.Ending, by transition: TaskTransition, exitCode: Int32?,
        termination: Termination?, isForShutdown: Bool = false
    ) throws(IllegalTransition) {
        var waiting: [RequestID] = []
        var refused: [ControlWish] = []
        var isForShutdown = isForShutdown
        switch entry.phase {
        case .starting(let starting): refused = starting.requests
        case .working(let working): refused = working.requests
        case .stopping(let stopping): (waiting, isForShutdown) = (stopping.waiting, stopping.isForShutdown)
        case .undecided(let undecided): waiting = undecided.waiting
        case .queued, .settling, .finished: break
        }
        // Who waits for its end does not want another beginning.
        if waiting.isEmpty, let next = nextAttempt(of: entry, after: ending, isForShutdown: isForShutdown) {
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
    mutating func storeAhead(_ entry: inout TaskEntry) throws(IllegalTransition) {
        guard case .stopping(var stopping) = entry.phase, case .completed(let result)? = stopping.outcome else {
            return
        }
        let foreseen = Foreseen(result, at: now.wall)
        actions.append(.storeEnd(try entry.after(foreseen.finished, by: .complete, at: now).record(at: now)))
        stopping.foreseen = foreseen
        entry.update(.stopping(stopping))
    }

    mutating func stored(_ entry: inout TaskEntry) throws(IllegalTransition) {
        switch entry.phase {
        case .stopping(var stopping):
            stopping.foreseen?.isStored = true
            entry.update(.stopping(stopping))
        case .settling(var settling):
            settling.unstored -= 1
            entry.update(.settling(settling))
            try conclude(&entry)
        case .queued, .starting, .working, .undecided, .finished: break
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

    /// Whether the work has stopped because it was told to, by whatever way.
    fileprivate var isStopped: Bool {
        switch self {
        case .stopped, .signaled: true
        case .completed, .failed, .noRoom: false
        }
    }
}

extension WorkerEnd.Status {
    /// The signal that has ended the worker, if it is one that asks programs to end.
    fileprivate var stopSignal: StopSignal? {
        if case .signaled(_, let name) = self { StopSignal(rawValue: name) } else { nil }
    }

    /// Whether the worker says that the system has not given it what it needs: EX_OSERR of sysexits.h.
    fileprivate var isLackOfRoom: Bool { self == .exited(code: 71) }
}
