import TaskModel

/// One decision: the actions so far, and the rules by which entries change.
struct BoardStep {
    /// What all decisions of a board share.
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

    mutating func makeCall() -> CallID {
        nextCall += 1
        return CallID(number: nextCall)
    }

    // MARK: - Answers

    mutating func refuse(_ request: RequestID, _ action: TaskAction, _ entry: TaskEntry) {
        actions.append(
            .answer(request, .failure(.invalidState(entry.id, action: action, current: entry.phase.state))))
    }

    mutating func refuse(_ controls: [PendingControl], _ entry: TaskEntry) {
        for control in controls { refuse(control.request, control.action, entry) }
    }

    mutating func answer(_ requests: [RequestID], _ entry: TaskEntry) {
        guard !requests.isEmpty else { return }
        let record = entry.record(at: now)
        actions += requests.map { .answer($0, .success(record)) }
    }
}
