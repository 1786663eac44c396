import TaskModel

/// The tasks that are tagged.
struct Tags: Sendable {
    private(set) var ids: Set<TaskID> = []
    /// Where a range begins: the task tagged last.
    private(set) var anchor: TaskID?

    mutating func toggle(_ id: TaskID) {
        if ids.remove(id) == nil {
            ids.insert(id)
            anchor = id
        }
    }

    /// Tags all of these, which are shown.
    mutating func insert(_ shown: [TaskID]) {
        ids.formUnion(shown)
    }

    /// Tags what is shown and not tagged, and nothing else.
    mutating func invert(_ shown: [TaskID]) {
        ids = Set(shown).subtracting(ids)
        anchor = nil
    }

    /// Tags from the anchor to a task, in the order shown; without an anchor that is shown the task becomes it.
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
