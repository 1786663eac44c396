package import TaskModel

// Which queued task starts, and when.
extension TaskBoard {
    /// Starts the tasks whose turn it is, as long as there are slots.
    mutating func startNext(_ step: inout BoardStep) {
        while hasSlot, step.launching.allowsLaunch, let next = readyQueue.first, launch(next.id, &step) {}
        if !hasSlot || readyQueue.isEmpty { step.launching.finishRecovery(at: step.now.uptime, rules.timing) }
        if !isShuttingDown, readyQueue.isEmpty { step.launching.lapse() }
    }

    private var hasSlot: Bool {
        !isQueuePaused && !isShuttingDown && rules.policy.maxRunning.map { activeCount < $0 } ?? true
    }

    /// - Returns: Whether the launch has begun.
    private mutating func launch(_ id: TaskID, _ step: inout BoardStep) -> Bool {
        change(id, &step) { (entry, step) throws(IllegalTransition) in try step.launch(&entry) }
    }

    /// How many tasks could be submitted now and would start at once.
    package var openSlots: Int {
        guard hasSlot, launching.allowsAll else { return 0 }
        return rules.policy.maxRunning.map { $0 - activeCount } ?? .max
    }

    /// The priority and order that move a queued task; `nil` for a task that is not queued.
    ///
    /// Both are for ``EntryEvent/reordered(priority:order:)`` once they are stored; an order is returned once only.
    package mutating func newRank(of id: TaskID, after change: QueueChange) -> (priority: Int?, order: Int?)? {
        guard let entry = entries[id], entry.isQueued else { return nil }
        let priority = change.priority ?? entry.options.priority
        if let end = change.position { return (change.priority, orders.next(end, priority: priority)) }
        // Among tasks of another priority it is ordered by age.
        return (change.priority, priority == entry.options.priority ? nil : 0)
    }

    /// Reports a new task unless it has started, and leaves its data to the store if memory has no room.
    mutating func finishSubmission(of id: TaskID, _ step: inout BoardStep) {
        if let entry = entries[id], entry.isQueued {
            step.actions.append(.report(.changed(entry.record(at: step.now))))
        }
        budgetData(of: id)
    }
}
