import TaskModel

/// The tasks in memory in the order of their creation, by stage.
///
/// Ids only grow, so their order is that of creation. By stage, so that a list of a few running tasks does not visit a
/// million queued ones.
struct TaskOrder: Sendable {
    enum Stage: Sendable, Hashable {
        /// Before a start.
        case waiting
        /// With a worker, or being stored.
        case busy
        case ended
    }

    private(set) var waiting = SortedBlocks<TaskID>()
    private(set) var busy = SortedBlocks<TaskID>()
    private(set) var ended = SortedBlocks<TaskID>()

    /// Moves a task between stages; `nil` while it is not in memory.
    mutating func move(_ id: TaskID, from before: Stage?, to stage: Stage?) {
        guard before != stage else { return }
        switch before {
        case .waiting: waiting.remove(id)
        case .busy: busy.remove(id)
        case .ended: ended.remove(id)
        case nil: break
        }
        switch stage {
        case .waiting: waiting.insert(id)
        case .busy: busy.insert(id)
        case .ended: ended.insert(id)
        case nil: break
        }
    }

    /// The tasks behind ``TaskQuery/after`` that have a stage in which a query's states occur.
    func candidates(_ query: TaskQuery) -> MergedElements<TaskID> {
        let states = query.states ?? Set(TaskState.allCases)
        var sets: [SortedBlocks<TaskID>] = []
        if states.contains(.queued) { sets.append(waiting) }
        // A task that ends before its start is shown as queued until that is stored.
        if states.contains(where: { !$0.isFinal }) { sets.append(busy) }
        if states.contains(where: \.isFinal) { sets.append(ended) }
        return MergedElements(sets, after: query.after, isReversed: query.isNewestFirst)
    }

    /// The newest tasks before an id, or of all, the newest first.
    func last(_ limit: Int, before id: TaskID?) -> [TaskID] {
        Array(MergedElements([waiting, busy, ended], after: id, isReversed: true).prefix(limit))
    }
}

extension TaskPhase {
    var stage: TaskOrder.Stage {
        switch self {
        case .queued: .waiting
        case .starting, .working, .stopping, .undecided, .persisting: .busy
        case .finished: .ended
        }
    }
}
