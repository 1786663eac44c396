import TaskModel

/// The tagged tasks.
struct Tags: Sendable {
    private(set) var ids: Set<TaskID> = []
    /// The task tagged last, at which a range begins.
    private(set) var anchor: TaskID?

    mutating func toggle(_ id: TaskID) {
        if ids.remove(id) == nil {
            ids.insert(id)
            anchor = id
        }
    }

    /// Tags all shown tasks.
    mutating func insert(_ shown: [TaskID]) {
        ids.formUnion(shown)
    }

    /// Tags the shown tasks that are not tagged, and no others.
    mutating func invert(_ shown: [TaskID]) {
        ids = Set(shown).subtracting(ids)
        anchor = nil
    }

    /// Tags the shown tasks from the anchor to a task, which becomes the anchor.
    ///
    /// Tags only the task if the anchor is not shown.
    mutating func insertRange(to id: TaskID, in shown: [TaskID]) {
        defer { anchor = id }
        guard let end = shown.firstIndex(of: id) else { return }
        let start = anchor.flatMap { shown.firstIndex(of: $0) } ?? end
        ids.formUnion(shown[min(start, end)...max(start, end)])
    }

    mutating func remove(_ id: TaskID) {
        ids.remove(id)
        if anchor == id { anchor = nil }
    }

    mutating func removeAll() {
        ids = []
        anchor = nil
    }
}
