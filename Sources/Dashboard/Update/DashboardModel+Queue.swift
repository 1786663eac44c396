import TaskModel

// Requests on the queue and on queued tasks.
extension DashboardModel {
    // MARK: - Priority

    /// Raises or lowers the priority of the queued targets.
    mutating func changePriority(by step: Int) -> [DashboardCommand] {
        setPriority(of: targets.ids) { $0 + step }
    }

    /// Opens the prompt for the priority of the queued targets.
    mutating func openPriorityPrompt() {
        let ids = targets.ids
        let waiting = waiting(among: ids).ids
        guard !waiting.isEmpty else {
            _ = setPriority(of: ids) { $0 }
            return
        }
        let current = Set(waiting.compactMap { pendingPriorities[$0] ?? tasks.rows[$0]?.record.options.priority })
        // Without a common priority the prompt starts empty.
        let text = current.count == 1 ? current.map(String.init).joined() : ""
        overlays.append(
            .prompt(
                Prompt(
                    purpose: .priority(ids), field: TextField(text), state: text.isEmpty ? .edited : .prefilled,
                    isShown: false)))
    }

    /// Requests new priorities for the queued tasks among these.
    ///
    /// - Parameter change: Returns the new priority for the present one.
    mutating func setPriority(of ids: [TaskID], _ change: (Int) -> Int) -> [DashboardCommand] {
        guard !ids.isEmpty else {
            showMessage(.failure, "there is no task to move")
            return []
        }
        var (waiting, refusals) = waiting(among: ids)
        let changes = waiting.compactMap { id -> (id: TaskID, priority: Int)? in
            // Several requests may be pending.
            let priority = change(pendingPriorities[id] ?? tasks.rows[id]?.record.options.priority ?? 0)
            return TaskOptions.priorities.contains(priority) ? (id, priority) : nil
        }
        refusals[.priorityLimit] = waiting.count - changes.count
        waiting = changes.map(\.id)
        let values = Set(changes.map(\.priority))
        let common = values.count == 1 ? values.first : nil
        guard begin(ActionBatch(.priority(common), of: makeTargets(of: ids), refusals: refusals)) else { return [] }
        return changes.map { id, priority in
            pendingPriorities[id] = priority
            expectAnswer(.priority(id))
            return .setPriority(priority, of: id)
        }
    }

    mutating func apply(_ result: Result<TaskRecord, TaskError>, toPriorityOf id: TaskID) {
        switch result {
        case .success(let record): if pendingPriorities[id] == record.options.priority { pendingPriorities[id] = nil }
        case .failure: pendingPriorities[id] = nil
        }
        apply(result, to: .priority(id))
    }

    /// The queued tasks among these in the order of the queue, and the reasons for skipping the others.
    private func waiting(among ids: [TaskID]) -> (ids: [TaskID], refusals: [ActionBatch.Refusal: Int]) {
        var waiting: [TaskID] = []
        var refusals: [ActionBatch.Refusal: Int] = [:]
        for id in ids {
            switch tasks.rows[id]?.record.state {
            case .queued: waiting.append(id)
            case let state?: refusals[state.isFinal ? .ended : .notWaiting, default: 0] += 1
            case nil: refusals[.ended, default: 0] += 1
            }
        }
        waiting.sort { left, right in
            let positions = (tasks.queuePositions[left] ?? .max, tasks.queuePositions[right] ?? .max)
            return positions.0 == positions.1 ? left < right : positions.0 < positions.1
        }
        return (waiting, refusals)
    }

    // MARK: - Position

    /// Moves the queued targets to an end of their priority, keeping their order.
    mutating func move(to end: QueueEnd) -> [DashboardCommand] {
        let ids = targets.ids
        guard !ids.isEmpty else {
            showMessage(.failure, "there is no task to move")
            return []
        }
        let (waiting, refusals) = waiting(among: ids)
        guard begin(ActionBatch(.move(end), of: makeTargets(of: ids), refusals: refusals)) else { return [] }
        // The task moved to the front last comes first.
        return (end == .first ? waiting.reversed() : waiting).map { id in
            expectAnswer(.move(id))
            return .move(id, to: end)
        }
    }

    // MARK: - Hold

    mutating func apply(_ result: Result<QueueStatus, TaskError>) {
        switch result {
        case .success(let status):
            queue = status
            showMessage(
                .success, status.isPaused ? "the queue is held: nothing new is started" : "the queue is released")
        case .failure(let error):
            showMessage(.failure, sentence(for: error, "the queue was not \(queue.isPaused ? "released" : "held")"))
        }
    }
}
