import JSON
import TaskModel

extension BoardStep {
    /// Decides what follows the deadlines of a task that have come.
    mutating func deadlineReached(by entry: inout TaskEntry) throws(IllegalTransition) {
        if let address = entry.address, let probe = entry.nextProbe, probe <= now.uptime {
            entry.responsiveness.beginProbe()
            actions.append(.probe(entry.id, address))
        }
        guard let due = entry.phase.deadline, due <= now.uptime else { return }
        switch entry.phase {
        case .queued(.untilTime): enqueue(&entry)
        case .queued(.retry): entry.update(.queued(.turn))
        case .starting:
            try lose(&entry, because: "the worker did not open its port within \(timing.startup.secondsText)")
        case .working(let working):
            if let timeoutAt = working.timeoutAt, timeoutAt <= now.uptime {
                try stop(&entry, .timedOut)
            } else {
                failControl(of: &entry, working)
            }
        case .stopping(var stopping):
            guard let signal = stopping.escalation.nextSignal else { return }
            escalate(&stopping, by: signal, entry.id)
            entry.update(.stopping(stopping))
            if signal == .kill {
                actions.append(.report(.forced(entry.record(at: now), after: now.uptime - stopping.since)))
            }
        case .undecided(let undecided): try finishForSignal(&entry, undecided)
        case .queued(.turn), .persisting, .finished: break
        }
    }

    /// Answers the first control with an error: its effect has not shown in time.
    private mutating func failControl(of entry: inout TaskEntry, _ working: Working) {
        var working = working
        if working.call?.isAnswered == false { entry.responsiveness.recordMissedCall(at: now) }
        let reason =
            entry.silence?.isStopped == true
            ? "its worker has been stopped by a signal"
            : working.call?.failure ?? "its worker did not acknowledge within \(timing.acknowledgement.secondsText)"
        working.call = nil
        guard !working.controls.isEmpty else { return entry.update(.working(working)) }
        let control = working.controls.removeFirst()
        actions.append(
            .answer(control.request, .failure(.workerUnresponsive(entry.id, action: control.action, reason: reason))))
        if working.controls.first?.target != control.target { revoke(control.target, of: entry.id, &working) }
        entry.update(.working(working))
        advance(&entry)
    }
}
