import TaskModel

// What clients, and the service's shutdown, request.
extension BoardStep {
    /// Who requests a task's end.
    enum EndRequester {
        case client(RequestID)
        case shutdown

        var isShutdown: Bool { if case .shutdown = self { true } else { false } }
        var requests: [RequestID] { if case .client(let request) = self { [request] } else { [] } }
    }

    mutating func request(
        _ action: TaskAction, by request: RequestID, of entry: inout TaskEntry
    ) throws(IllegalTransition) {
        switch action {
        case .pause: control(&entry, PendingControl(request: request, target: .paused, since: now.wall))
        case .resume: control(&entry, PendingControl(request: request, target: .running, since: now.wall))
        case .terminate: try end(&entry, byForce: false, for: .client(request))
        case .kill: try end(&entry, byForce: true, for: .client(request))
        }
    }

    private mutating func control(_ entry: inout TaskEntry, _ control: PendingControl) {
        switch entry.phase {
        case .starting(var starting):
            starting.controls.append(control)
            entry.update(.starting(starting))
        case .working(var working):
            working.controls.append(control)
            entry.update(.working(working))
            advance(&entry)
        case .persisting(var persisting):
            persisting.later.append((control.request, control.action))
            entry.update(.persisting(persisting))
        case .queued, .stopping, .undecided, .finished:
            refuse([control], entry)
        }
    }

    /// Answers the controls that have had their effect, and calls the worker for the first that has not.
    mutating func advance(_ entry: inout TaskEntry) {
        guard case .working(var working) = entry.phase else { return }
        var fulfilled: [RequestID] = []
        while let first = working.controls.first, working.has(first.target) {
            working.controls.removeFirst()
            working.call = nil
            fulfilled.append(first.request)
        }
        if let first = working.controls.first, working.call == nil {
            if working.revoked == first.target { working.revoked = nil }
            let id = makeCall()
            working.call = Working.Call(id: id, answerBy: now.uptime + timing.acknowledgement)
            actions.append(.call(entry.id, id, first.target.command, working.address))
        }
        entry.update(.working(working))
        answer(fulfilled, entry)
    }

    /// Undoes a control that was answered with an error: the worker may only be slow.
    mutating func revoke(_ target: PendingControl.Target, of id: TaskID, _ working: inout Working) {
        working.revoked = target
        // The result of this call is ignored.
        actions.append(.call(id, makeCall(), target.opposite.command, working.address))
    }

    /// Begins a task's end, or hastens one that has begun.
    mutating func end(
        _ entry: inout TaskEntry, byForce: Bool, for requester: EndRequester
    ) throws(IllegalTransition) {
        let requests = requester.requests
        switch entry.phase {
        case .queued:
            guard !requester.isShutdown else { return }
            try finish(&entry, byForce ? .killed : .terminated, answering: requests)
        case .starting, .working:
            let isForShutdown = requester.isShutdown
            let cause: Stopping.Cause =
                byForce ? .forced(isForShutdown: isForShutdown) : .requested(isForShutdown: isForShutdown)
            try stop(&entry, cause, requests: requests)
        case .stopping(var stopping):
            stopping.requests += requests
            if requester.isShutdown { stopping.joinShutdown() }
            if byForce {
                stopping.force(isForShutdown: requester.isShutdown)
                escalate(&stopping, by: .kill, entry.id)
            }
            entry.update(.stopping(stopping))
        case .undecided(var undecided):
            undecided.requests += requests
            entry.update(.undecided(undecided))
            if requester.isShutdown { try finishForShutdown(&entry, undecided) }
        case .persisting(var persisting):
            if persisting.next.state.isFinal {
                persisting.requests += requests
            } else {
                persisting.later += requests.map { ($0, byForce ? .kill : .terminate) }
            }
            entry.update(.persisting(persisting))
        case .finished:
            for request in requests { refuse(request, byForce ? .kill : .terminate, entry) }
        }
    }
}
