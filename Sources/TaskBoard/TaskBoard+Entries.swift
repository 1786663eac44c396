import TaskModel

// The table of entries and everything that is derived from it.
extension TaskBoard {
    // MARK: - Insertion

    /// Adds a task that is queued, stored as started, or has ended.
    ///
    /// - Parameter retryAt: the civil time of its next attempt, from before the service started.
    mutating func insert(_ entry: TaskEntry, retryAt: Timestamp? = nil, _ step: BoardStep) {
        var entry = entry
        touched.insert(entry.id)
        tally.add(entry.type, entry.state, 1)
        if case .finished(let finished) = entry.phase {
            entries[entry.id] = entry
            order.move(entry.id, from: nil, to: .ended)
            return retain(entry, since: finished.at)
        }
        orders.include(entry.queueOrder, priority: entry.options.priority)
        if entry.isQueued { step.enqueue(&entry, retryAt: retryAt) }
        store(entry, after: nil)
    }

    /// Adds the stored tasks, and decides on those that were interrupted.
    mutating func restore(
        _ records: [TaskRecord], _ interrupted: [TaskRecord], _ stored: TaskTally, _ step: inout BoardStep
    ) {
        for record in records { insert(TaskEntry(record), retryAt: record.retryAt, step) }
        // Of the tasks that have ended, only the last are among the records.
        tally = stored
        for record in interrupted {
            insert(TaskEntry(started: record, at: step.now), step)
            change(record.id, &step) { (entry, step) throws(IllegalTransition) in
                try step.finish(&entry, .failed(Interruption.crash.error), interruptedBy: .crash)
            }
        }
        for record in records + interrupted { budgetData(of: record.id) }
    }

    // MARK: - Changes

    /// Changes one task by a decision, or leaves it as it is where that has a defect.
    ///
    /// - Returns: Whether the task is there and the decision without a defect.
    @discardableResult
    mutating func change(
        _ id: TaskID, _ step: inout BoardStep,
        _ body: (inout TaskEntry, inout BoardStep) throws(IllegalTransition) -> Void
    ) -> Bool {
        guard let before = entries[id] else { return false }
        touched.insert(id)
        var entry = before
        // Records that are stored or returned by this decision have the new revision.
        entry.advanceRevision()
        let (decided, launching) = (step.actions.count, step.launching)
        do {
            try body(&entry, &step)
        } catch {
            step.actions.removeSubrange(decided...)
            step.launching = launching
            step.actions.append(.report(.defect(id, error)))
            return false
        }
        entry.keepRevisionIfStored(after: before)
        store(entry, after: before)
        reportSilence(of: entry, after: before, &step)
        if entry.state != before.state { stateChanged(of: entry, after: before, &step) }
        return true
    }

    private mutating func stateChanged(of entry: TaskEntry, after before: TaskEntry, _ step: inout BoardStep) {
        tally.add(entry.type, before.state, -1)
        tally.add(entry.type, entry.state, 1)
        // Without another attempt, it has got no worker.
        let isRequeued = entry.isQueued && entry.attempts.count == before.attempts.count
        let record = entry.record(at: step.now)
        step.actions.append(.report(isRequeued ? .requeued(record) : .changed(record)))
        guard entry.state.isFinal else { return }
        if let data = entry.data { dataBudget.release(data) }
        retain(entry, since: step.now.wall)
    }

    /// Reports that a worker has stopped answering or answers again, unless its task is ending.
    private func reportSilence(of entry: TaskEntry, after before: TaskEntry, _ step: inout BoardStep) {
        guard entry.phase.isBeforeEnd else { return }
        switch (before.silence, entry.silence) {
        case (nil, .some): step.actions.append(.report(.stoppedAnswering(record(of: entry, at: step.now))))
        case (let silence?, nil):
            step.actions.append(
                .report(.answersAgain(record(of: entry, at: step.now), after: step.now.uptime - silence.since.uptime)))
        case (nil, nil), (.some, .some): break
        }
    }

    private mutating func store(_ entry: TaskEntry, after before: TaskEntry?) {
        entries[entry.id] = entry
        let (rank, rankBefore) = (entry.queueRank, before?.queueRank)
        if rankBefore != rank {
            if let rankBefore { readyQueue.remove(rankBefore) }
            if let rank { readyQueue.insert(rank) }
        }
        if entry.isQueued, rank == nil { timedTasks.insert(entry.id) } else { timedTasks.remove(entry.id) }
        order.move(entry.id, from: before?.phase.stage, to: entry.phase.stage)
        activeCount += (entry.phase.isActive ? 1 : 0) - (before?.phase.isActive == true ? 1 : 0)
        pausedCount += (entry.state == .paused ? 1 : 0) - (before?.state == .paused ? 1 : 0)
        if let since = entry.phase.transientSince, since != before?.phase.transientSince {
            transients.append(TransientStates.Member(id: entry.id, since: since))
        }
        if let due = entry.deadline, due != before?.deadline { deadlines.insert(due, for: entry.id) }
    }

    /// Leaves the data of a task that has not ended to the store if memory has no room for it.
    mutating func budgetData(of id: TaskID) {
        guard let entry = entries[id], !entry.state.isFinal, let data = entry.data else { return }
        if !dataBudget.admit(data) { entries[id]?.leaveDataInStore() }
    }

    // MARK: - Removal

    /// Keeps a task that has ended in memory until later ends exceed the limits.
    private mutating func retain(_ entry: TaskEntry, since time: Timestamp) {
        finished.append(FinishedWindow.Member(id: entry.id, time: time, size: entry.size))
        let policy = rules.policy
        while let id = finished.removeExcess(count: policy.window, size: policy.windowSize) { forget(id) }
    }

    private mutating func forget(_ id: TaskID) {
        guard entries.removeValue(forKey: id) != nil else { return }
        touched.insert(id)
        order.move(id, from: .ended, to: nil)
    }

    mutating func prune(_ task: PrunedTask) {
        tally.add(task.type, task.state, -1)
        guard entries[task.id]?.state.isFinal == true else { return }
        finished.remove(task.id)
        forget(task.id)
    }
}
