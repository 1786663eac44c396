import JSON
import TaskModel
import WorkerProtocol

/// One decision in the making: what is to be done so far, and the rules by which entries change.
struct BoardStep {
    /// What does not change from one decision to the next.
    struct Rules: Sendable {
        let timing: TaskBoard.Timing
        let policy: TaskBoard.Policy
    }

    let rules: Rules
    var isShuttingDown: Bool
    let now: Moment
    var nextCall: UInt64
    var launching = Launching.ok
    var actions: [BoardAction] = []

    var timing: TaskBoard.Timing { rules.timing }

    // MARK: - Waiting

    /// Has a task stand in line, or wait for its time.
    func lineUp(_ entry: inout TaskEntry) {
        if let time = entry.options.notBefore, now.wall < time {
            let delay = min(timing.clockCheck, time.since(now.wall))
            entry.update(.queued(Waiting(readyAt: now.uptime + delay, reason: .time(time))))
        } else if let time = entry.retryAt, now.wall < time {
            // From before the service was started, so only the civil clock tells.
            let delay = min(timing.longestBackOff, time.since(now.wall))
            entry.update(.queued(Waiting(readyAt: now.uptime + delay, reason: .retry(time))))
        } else {
            entry.update(.queued(Waiting()))
        }
    }

    private func backOff(afterFailures count: Int) -> Duration {
        count > 20 ? timing.longestBackOff : min(timing.longestBackOff, timing.backOff * (1 << (count - 1)))
    }

    struct NextAttempt {
        let waiting: Waiting
        /// What was wrong with the one before.
        let error: String
        let isInterrupted: Bool
    }

    /// What follows an attempt that has ended like this, if anything does.
    ///
    /// - Parameter isForShutdown: whether it has ended with the service.
    func nextAttempt(of entry: TaskEntry, after ending: Finished.Ending, isForShutdown: Bool) -> NextAttempt? {
        guard rules.policy.keepsQueue || !isShuttingDown else { return nil }
        if isForShutdown {
            guard rules.policy.requeuesInterrupted, !ending.isCompleted else { return nil }
            return NextAttempt(
                waiting: Waiting(), error: "interrupted: the service was shut down", isInterrupted: true)
        }
        guard case .failed(let error) = ending, entry.retriesLeft > 0 else { return nil }
        let delay = backOff(afterFailures: entry.failures + 1)
        let time = Timestamp(milliseconds: now.wall.milliseconds + Int64(delay.wholeMilliseconds))
        return NextAttempt(
            waiting: Waiting(readyAt: now.uptime + delay, reason: .retry(time)), error: error, isInterrupted: false)
    }

    mutating func launch(_ entry: inout TaskEntry, token: String?) throws(IllegalTransition) {
        try entry.enter(.starting(Starting(since: now)), by: .launch, at: now)
        launching.begin(entry.id)
        actions.append(
            .launch(Assignment(taskID: entry.id, taskType: entry.type, taskData: entry.data, token: token)))
    }

    // MARK: - Wishes

    mutating func request(
        _ action: TaskAction, by request: RequestID, of entry: inout TaskEntry
    ) throws(IllegalTransition) {
        switch action {
        case .pause: control(&entry, ControlWish(request: request, target: .paused, since: now.wall))
        case .resume: control(&entry, ControlWish(request: request, target: .running, since: now.wall))
        case .terminate: try end(&entry, byForce: false, for: request)
        case .kill: try end(&entry, byForce: true, for: request)
        }
    }

    private mutating func control(_ entry: inout TaskEntry, _ wish: ControlWish) {
        switch entry.phase {
        case .starting(var starting):
            starting.requests.append(wish)
            entry.update(.starting(starting))
        case .working(var working):
            working.requests.append(wish)
            entry.update(.working(working))
            advance(&entry)
        case .settling(var settling):
            settling.refused.append(wish)
            entry.update(.settling(settling))
        case .queued, .stopping, .undecided, .finished:
            refuse(wish.request, wish.action, entry)
        }
    }

    /// Answers the wishes that are fulfilled and calls the worker for the first that is not.
    mutating func advance(_ entry: inout TaskEntry) {
        guard case .working(var working) = entry.phase else { return }
        var fulfilled: [RequestID] = []
        while let first = working.requests.first, working.has(first.target) {
            working.requests.removeFirst()
            working.call = nil
            fulfilled.append(first.request)
        }
        if let first = working.requests.first, working.call == nil {
            if working.revoked == first.target { working.revoked = nil }
            let id = makeCall()
            working.call = Working.Call(id: id, answerBy: now.uptime + timing.acknowledgement)
            actions.append(.call(entry.id, id, first.target.command, working.address))
        }
        entry.update(.working(working))
        answer(fulfilled, entry)
    }

    /// Begins a task's end, or hastens one that has begun.
    mutating func end(_ entry: inout TaskEntry, byForce: Bool, for request: RequestID?) throws(IllegalTransition) {
        let waiting = request.map { [$0] } ?? []
        switch entry.phase {
        case .queued:
            try settle(
                &entry, byForce ? .killed : .terminated, by: byForce ? .kill : .terminate, exitCode: nil,
                termination: nil, waiting: waiting)
        case .starting, .working:
            try stop(&entry, byForce ? .forced : .asked, waiting: waiting)
        case .stopping(var stopping):
            stopping.waiting += waiting
            if byForce, stopping.cause != .forced {
                let isAsked = stopping.cause == .asked || stopping.cause == .timedOut
                if stopping.outcome == nil, isAsked { stopping.cause = .forced }
                climb(&stopping, to: .sigkill, entry.id)
            }
            entry.update(.stopping(stopping))
        case .undecided(var undecided):
            undecided.waiting += waiting
            entry.update(.undecided(undecided))
        case .settling(var settling):
            settling.waiting += waiting
            entry.update(.settling(settling))
        case .finished:
            if let request { refuse(request, byForce ? .kill : .terminate, entry) }
        }
    }

    /// Ends a task that has a worker since the service ends.
    mutating func shutDown(_ entry: inout TaskEntry, byForce: Bool) throws(IllegalTransition) {
        if case .undecided(let undecided) = entry.phase { return try finishForShutdown(&entry, undecided) }
        let wasStopping = entry.phase.state == .stopping
        try end(&entry, byForce: byForce, for: nil)
        if case .stopping(var stopping) = entry.phase, !wasStopping || stopping.cause.isFromOutside {
            stopping.isForShutdown = true
            entry.update(.stopping(stopping))
        }
    }

    mutating func refuse(_ request: RequestID, _ action: TaskAction, _ entry: TaskEntry) {
        actions.append(
            .answer(request, .failure(.invalidState(entry.id, action: action, current: entry.phase.state))))
    }

    mutating func answer(_ requests: [RequestID], _ entry: TaskEntry) {
        guard !requests.isEmpty else { return }
        let record = entry.record(at: now)
        actions += requests.map { .answer($0, .success(record)) }
    }

    // MARK: - Deadlines

    mutating func deadlineReached(by entry: inout TaskEntry) throws(IllegalTransition) {
        if let address = entry.address, let probe = entry.nextProbe, probe <= now.uptime {
            entry.responsiveness.beginProbe()
            actions.append(.probe(entry.id, address))
        }
        guard let due = entry.phase.deadline, due <= now.uptime else { return }
        switch entry.phase {
        case .starting:
            try lose(&entry, because: "the worker did not open its port within \(timing.startup.secondsText)")
        case .working(let working) where working.timeoutAt.map { $0 <= now.uptime } ?? false:
            try stop(&entry, .timedOut)
        case .working(var working):
            if working.call?.isAnswered == false { entry.responsiveness.missCall(at: now) }
            let reason =
                entry.silence?.isStopped == true
                ? "its worker has been stopped by a signal"
                : working.call?.failure ?? "its worker did not acknowledge within \(timing.acknowledgement.secondsText)"
            working.call = nil
            guard !working.requests.isEmpty else { return entry.update(.working(working)) }
            let wish = working.requests.removeFirst()
            actions.append(
                .answer(wish.request, .failure(.workerUnresponsive(entry.id, action: wish.action, reason: reason))))
            if working.requests.first?.target != wish.target { revoke(wish.target, of: entry.id, &working) }
            entry.update(.working(working))
            advance(&entry)
        case .stopping(var stopping):
            climb(&stopping, to: stopping.stage == .sigterm ? .sigkill : .sigterm, entry.id)
            entry.update(.stopping(stopping))
            if stopping.stage == .sigkill {
                actions.append(.forced(entry.record(at: now), after: now.uptime - stopping.since))
            }
        case .queued(let waiting):
            if case .time = waiting.reason { lineUp(&entry) } else { entry.update(.queued(Waiting())) }
        case .undecided(let undecided): try finishForSignal(&entry, undecided)
        case .settling, .finished: break
        }
    }

    /// Calls off what a request has asked for in vain, lest it come about later: the worker may only be slow.
    mutating func revoke(_ target: ControlWish.Target, of id: TaskID, _ working: inout Working) {
        working.revoked = target
        // Its answer changes nothing.
        actions.append(.call(id, makeCall(), target.opposite.command, working.address))
    }

    // MARK: - The ladder

    mutating func stop(
        _ entry: inout TaskEntry, _ cause: Stopping.Cause, outcome: WorkOutcome? = nil, waiting: [RequestID] = []
    ) throws(IllegalTransition) {
        let refused: [ControlWish]
        var address: WorkerAddress?
        switch entry.phase {
        case .starting(let starting): refused = starting.requests
        case .working(let working): (refused, address) = (working.requests, working.address)
        case .queued, .stopping, .undecided, .settling, .finished: refused = []
        }
        var stopping = Stopping(
            cause: cause, outcome: outcome, address: address, waiting: waiting, escalateAt: now.uptime + timing.grace,
            at: now)
        switch cause {
        case .reported, .signaled: break
        case .asked, .timedOut:
            stopping.record(.http, next: stopping.escalateAt, at: now)
            callTerminate(&stopping, entry.id)
        case .forced, .lost: climb(&stopping, to: .sigkill, entry.id)
        }
        try entry.enter(.stopping(stopping), by: .stop, at: now)
        for wish in refused { refuse(wish.request, wish.action, entry) }
    }

    mutating func callTerminate(_ stopping: inout Stopping, _ id: TaskID) {
        guard let address = stopping.address else { return }
        let call = makeCall()
        stopping.beginCall(call, answerBy: now.uptime + timing.acknowledgement, at: now)
        actions.append(.call(id, call, .terminate, address))
    }

    mutating func climb(_ stopping: inout Stopping, to stage: Termination.Stage, _ id: TaskID) {
        guard stopping.stage != .sigkill else { return }
        switch stage {
        case .http: stopping.record(.http, next: stopping.escalateAt, at: now)
        case .sigterm:
            actions.append(.signal(id, .terminate))
            // A worker that could not be reached keeps the rest of its grace.
            stopping.record(
                .sigterm, next: max(now.uptime + timing.lastNotice, stopping.since + timing.grace), at: now)
        case .sigkill:
            actions.append(.signal(id, .kill))
            stopping.record(.sigkill, next: nil, at: now)
        }
    }

    private mutating func makeCall() -> CallID {
        nextCall += 1
        return CallID(number: nextCall)
    }
}
