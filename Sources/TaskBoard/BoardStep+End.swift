import JSON
import TaskModel
import WorkerProtocol

// How a task ends when its worker has, and what follows.
extension BoardStep {
    mutating func ended(
        _ entry: inout TaskEntry, _ end: WorkerEnd, _ lastLogLine: String?
    ) throws(IllegalTransition) {
        if let reason = resourceShortage(entry, end, lastLogLine) {
            return try retractLaunch(&entry, because: reason)
        }
        launching.succeed(entry.id)
        launching.endBackOff()
        switch entry.phase {
        case .stopping(let stopping): try ended(&entry, stopping, end)
        case .starting, .working:
            if let signal = end.status.stopSignal {
                try stop(&entry, .signaled(signal, isForShutdown: false))
                return try ended(&entry, end, lastLogLine)
            }
            let moment = entry.phase.state == .starting ? "before it opened its port" : "before it reported an outcome"
            let logged = lastLogLine.map { "; last log line: \($0)" } ?? ""
            let error = "the worker \(end.status) \(moment)\(logged)\(end.remainder)"
            try finish(&entry, .failed(error), exitCode: exitCode(of: entry, end))
        case .queued, .undecided, .persisting, .finished: break
        }
    }

    private mutating func ended(
        _ entry: inout TaskEntry, _ stopping: Stopping, _ end: WorkerEnd
    ) throws(IllegalTransition) {
        let milliseconds = (now.uptime - stopping.since).wholeMilliseconds
        let stage = stopping.escalation.stage
        guard case .signaled(let signal, let isForShutdown) = stopping.cause else {
            let termination = stage.map { Termination(stage: $0, milliseconds: milliseconds, reaped: end.reaped) }
            var ending = ending(of: stopping, end.status, entry)
            if case .failed(let error) = ending { ending = .failed(error + end.remainder) }
            return try finish(
                &entry, ending, exitCode: exitCode(of: entry, end), termination: termination)
        }
        let undecided = Undecided(
            signal: signal, decideAt: stopping.since + timing.shutdownNotice, exitCode: exitCode(of: entry, end),
            termination: Termination(stage: stage ?? .sigterm, milliseconds: milliseconds, reaped: end.reaped),
            requests: stopping.requests)
        entry.update(.undecided(undecided))
        if isForShutdown { return try finishForShutdown(&entry, undecided) }
        if undecided.decideAt <= now.uptime { try finishForSignal(&entry, undecided) }
    }

    /// The reason why a worker could not begin: the system is out of a resource that it needs; `nil` if it could.
    private func resourceShortage(_ entry: TaskEntry, _ end: WorkerEnd, _ lastLogLine: String?) -> String? {
        if case .stopping(let stopping) = entry.phase, case .resourcesExhausted(let reason)? = stopping.outcome {
            return reason
        }
        guard entry.address == nil, end.status == .resourcesExhausted else { return nil }
        return lastLogLine ?? "the worker \(end.status)"
    }

    /// Finishes a task whose worker was ended together with the service.
    mutating func finishForShutdown(_ entry: inout TaskEntry, _ undecided: Undecided) throws(IllegalTransition) {
        try finish(
            &entry, .terminated, exitCode: undecided.exitCode, termination: undecided.termination,
            interruptedBy: .shutdown)
    }

    /// Fails a task whose worker a signal from outside has ended.
    mutating func finishForSignal(_ entry: inout TaskEntry, _ undecided: Undecided) throws(IllegalTransition) {
        try finish(&entry, .failed("\(undecided.signal.rawValue) from outside"), exitCode: undecided.exitCode)
    }

    /// The exit code of a task's program, or else that of its worker; `nil` if it is unknown or a signal was the end.
    private func exitCode(of entry: TaskEntry, _ end: WorkerEnd) -> Int32? {
        entry.rare.values.program.map(\.exitCode) ?? end.status.exitCode
    }

    private func ending(of stopping: Stopping, _ status: WorkerEnd.Status, _ entry: TaskEntry) -> Finished.Ending {
        switch (stopping.cause, stopping.outcome) {
        case (.lost(let reason), _): .failed(reason)
        case (_, .completed(let result)?): .completed(result)
        case (.timedOut, _): .failed("timed out after \((entry.options.timeout ?? 0).plainText) s")
        case (_, .failed(let error)?):
            if case .sigkill = stopping.escalation, entry.rare.values.program?.signal == "SIGKILL" {
                .killed
            } else {
                .failed(entry.rare.values.program?.error ?? error)
            }
        case (_, .stopped?), (_, .signaled?): ending(of: stopping, status, hasStopped: true)
        case (_, .resourcesExhausted?), (_, nil): ending(of: stopping, status, hasStopped: false)
        }
    }

    /// - Parameter hasStopped: whether the work has stopped at a checkpoint.
    private func ending(of stopping: Stopping, _ status: WorkerEnd.Status, hasStopped: Bool) -> Finished.Ending {
        let isForced = if case .forced = stopping.cause { true } else { false }
        // Stopping by itself counts within the grace period, also where only SIGTERM reached the worker.
        if hasStopped, !isForced, now.uptime - stopping.since < timing.grace { return .terminated }
        switch stopping.escalation {
        case .sigterm, .sigkill: return .killed
        case .exit, .request: break
        }
        // systemd signals the service and its workers at once.
        let isRequested = if case .requested = stopping.cause { true } else { false }
        let isSignaled = isRequested && status.stopSignal != nil
        if hasStopped || isSignaled || status == .exited(code: 0) { return .terminated }
        return .failed("the worker \(status) while it was asked to stop")
    }

    // MARK: - What follows

    /// Has a task stored in the queue for another attempt, or its end.
    ///
    /// - Parameters:
    ///   - interruption: how the service's end caused the ending; `nil` if it did not, or ``Stopping`` has it.
    ///   - requests: answered once that is stored.
    mutating func finish(
        _ entry: inout TaskEntry, _ ending: Finished.Ending, exitCode: Int32? = nil, termination: Termination? = nil,
        interruptedBy interruption: Interruption? = nil, answering requests: [RequestID] = []
    ) throws(IllegalTransition) {
        let isForShutdown =
            if case .stopping(let stopping) = entry.phase { stopping.cause.isForShutdown } else { false }
        let interruption = interruption ?? (isForShutdown ? .shutdown : nil)
        var next = entry
        // Of a program that has reported nothing, all is done.
        if case .completed = ending, next.rare.values.program != nil, next.progress.done == 0,
            next.progress.fraction == 0
        {
            next.progress = TaskProgress(done: next.progress.total, total: next.progress.total)
        }
        // A client that requested the end gets no other attempt.
        if entry.phase.endRequests.isEmpty,
            let attempt = nextAttempt(of: entry, after: ending, interruptedBy: interruption)
        {
            try next.retry(attempt, exitCode: exitCode, at: now)
        } else {
            let finished = Finished(ending: ending, at: now.wall, exitCode: exitCode, termination: termination)
            try next.enter(.finished(finished), by: ending.transition, at: now)
        }
        persist(&entry, as: next, answering: requests)
    }

    /// Has a task stored as it will be; it is shown as it was until ``stored(_:)``.
    mutating func persist(_ entry: inout TaskEntry, as next: TaskEntry, answering requests: [RequestID] = []) {
        var next = next
        // It is shown with this revision, whatever happens until it is stored.
        next.advanceRevision()
        actions.append(.store(next.record(at: now)))
        let persisting = Persisting(
            shown: entry.state, next: next, requests: entry.phase.endRequests + requests,
            later: entry.phase.controls.map { ($0.request, $0.action) })
        entry.persist(persisting, at: now)
    }

    /// Shows a task as it has been stored, and has a worker launched if it starts.
    mutating func stored(_ entry: inout TaskEntry) throws(IllegalTransition) {
        guard case .persisting(let persisting) = entry.phase else { return }
        entry = persisting.next
        answer(persisting.requests, entry)
        if case .starting = entry.phase {
            // Without a worker so far, it waits for the next service.
            if isShuttingDown { try requeue(&entry) } else { launch(entry) }
        }
        for (request, action) in persisting.later { try self.request(action, by: request, of: &entry) }
    }
}

extension WorkerEnd.Status {
    /// The exit code; `nil` after a signal.
    fileprivate var exitCode: Int32? { if case .exited(let code) = self { code } else { nil } }

    /// The signal that has ended the worker, if it is one that asks programs to end.
    fileprivate var stopSignal: StopSignal? {
        if case .signaled(_, let name) = self { StopSignal(rawValue: name) } else { nil }
    }
}
