import TaskModel

/// Which row is selected, and which rows are on the screen.
///
/// Until the operator has moved or acted the first row is selected, whatever it is; from then on a task.
struct RowSelection: Sendable {
    /// One of the rows; where there are none, a task that is hidden, or `nil`.
    private(set) var id: TaskID?
    /// Where it stands among the rows.
    private(set) var index = 0
    /// The first row on the screen.
    private(set) var top = 0
    /// Whether the operator has moved or acted.
    private(set) var isPinned = false
    /// The task that the operator chose last: selected again when what hides it goes.
    private var pinnedID: TaskID?

    /// Makes the selected row a task that stays selected.
    mutating func pin() {
        guard id != nil else { return }
        isPinned = true
        pinnedID = id
    }

    mutating func select(_ index: Int, in order: [TaskID]) {
        if order.indices.contains(index) {
            self.index = index
            id = order[index]
        }
        pin()
    }

    /// Selects a task that has its row once the order is made anew.
    mutating func select(_ id: TaskID) {
        self.id = id
        pin()
    }

    /// Finds the selected task in a new order.
    ///
    /// - Parameters:
    ///   - scopeHasChanged: whether the operator has changed what is shown.
    ///   - exists: whether there is such a task, shown or not.
    mutating func reposition(in order: [TaskID], scopeHasChanged: Bool, exists: (TaskID) -> Bool) {
        if let pinnedID, !exists(pinnedID) { self.pinnedID = nil }
        if let id, !exists(id) { self.id = nil }
        guard isPinned else {
            (index, top) = (0, 0)
            id = order.first ?? id
            return
        }
        let before = index
        if scopeHasChanged || order.isEmpty, let pinnedID { id = pinnedID }
        if let id, let place = order.firstIndex(of: id) {
            index = place
            // What comes above pushes nothing on the screen away, unless the screen shows the beginning.
            if top > 0 { top = max(0, top + place - before) }
        } else {
            index = max(0, min(before, order.count - 1))
            if !order.isEmpty { id = order[index] }
        }
    }

    /// Keeps the selected row on a screen of `page` rows.
    mutating func scroll(page: Int, count: Int) {
        guard page > 0 else { return }
        top = max(0, min(top, count - page, index))
        if index >= top + page { top = index - page + 1 }
    }
}
