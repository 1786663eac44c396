import TaskModel

/// The tasks in memory in the order of their creation, apart by how far they have come.
///
/// Ids only ever grow, so the order of creation is theirs. Apart, since a list of a few tasks that run is not to go
/// through a million that wait.
struct TaskOrder: Sendable {
    enum Stage: Sendable, Hashable {
        /// Before a start.
        case waiting
        /// With a worker, or at an end that is not stored yet.
        case busy
        case ended
    }

    private(set) var waiting = SortedBlocks<TaskID>()
    private(set) var busy = SortedBlocks<TaskID>()
    private(set) var ended = SortedBlocks<TaskID>()

    /// Moves a task between stages; `nil` stands for the time before and after it is in memory.
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

    /// The tasks whose stage a query's states can be in, behind ``TaskQuery/after``.
    func candidates(_ query: TaskQuery) -> MergedElements<TaskID> {
        let states = query.states ?? Set(TaskState.allCases)
        var sets: [SortedBlocks<TaskID>] = []
        if states.contains(.queued) { sets.append(waiting) }
        // One that has ended before its start is shown as queued until that is stored.
        if states.contains(where: { !$0.isFinal }) { sets.append(busy) }
        if states.contains(where: \.isFinal) { sets.append(ended) }
        return MergedElements(sets, after: query.after)
    }

    /// The last tasks before one, or of all, the last one first.
    func last(_ limit: Int, before id: TaskID?) -> [TaskID] {
        let candidates = [waiting, busy, ended].flatMap { $0.last(limit, before: id) }
        return Array(candidates.sorted(by: >).prefix(limit))
    }
}

extension TaskPhase {
    var stage: TaskOrder.Stage {
        switch self {
        case .queued: .waiting
        case .starting, .working, .stopping, .undecided, .settling: .busy
        case .finished: .ended
        }
    }
}
