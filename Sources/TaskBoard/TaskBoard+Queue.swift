package import TaskModel

// Which queued task starts, and when.
extension TaskBoard {
    /// Starts the tasks whose turn it is, as long as there are slots.
    mutating func startNext(_ step: inout BoardStep) {
        while hasSlot, step.launching.allowsLaunch, let next = readyQueue.first,
            start(next.id, isStored: false, &step)
        {}
        if !hasSlot || readyQueue.isEmpty { step.launching.finishRecovery(at: step.now.uptime, rules.timing) }
        // Without a task that a probe could launch; one that returns to the queue is about to be one.
        if case .due = step.launching, !isShuttingDown, readyQueue.isEmpty, !busy.contains(where: \.phase.isReturning) {
            step.launching = .ok
        }
    }

    private var hasSlot: Bool {
        !isQueuePaused && !isShuttingDown && rules.policy.maxRunning.map { activeCount + reservedSlots < $0 } ?? true
    }

    /// - Returns: Whether the start has begun.
    private mutating func start(_ id: TaskID, isStored: Bool, _ step: inout BoardStep) -> Bool {
        change(id, &step) { (entry, step) throws(IllegalTransition) in
            try step.start(&entry, isStored: isStored)
        }
    }

    /// Reserves a slot for a task that is about to be stored, if it would start at once: task and start are then stored by
    /// one write.
    ///
    /// ``BoardEvent/submitted(_:by:hasSlot:)`` or ``BoardEvent/slotReleased`` must follow.
    ///
    /// A start that is stored by a write of its own takes another flush and two changes of thread: from creation to
    /// completion 2.79 ms instead of 2.49 (medians).
    ///
    /// - Returns: Whether a slot is reserved.
    package mutating func reserveSlot(for options: TaskOptions, at now: Moment) -> Bool {
        guard hasSlot, launching.allowsAll, readyQueue.isEmpty, options.notBefore.map({ $0 <= now.wall }) ?? true else {
            return false
        }
        reservedSlots += 1
        return true
    }

    /// Adds a new task.
    ///
    /// One that is stored as started starts, or is stored as queued if it must not start any more.
    mutating func submit(_ record: TaskRecord, by request: RequestID, hasSlot: Bool, _ step: inout BoardStep) {
        if hasSlot { reservedSlots -= 1 }
        if hasSlot, isQueuePaused || isShuttingDown || !step.launching.allowsAll {
            insert(TaskEntry(started: record, at: step.now), step)
            change(record.id, &step) { (entry, step) throws(IllegalTransition) in
                try step.requeue(&entry, answering: [request])
            }
        } else {
            let entry = TaskEntry(record)
            insert(entry, step)
            if hasSlot { _ = start(record.id, isStored: true, &step) }
            step.answer([request], entries[record.id] ?? entry)
        }
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
