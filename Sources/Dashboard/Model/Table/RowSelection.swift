import TaskModel

/// The selected row, and the range of rows on the screen.
///
/// Until the operator moves or acts, the selection is the first row; afterwards it is a task.
struct RowSelection: Sendable {
    /// The selected task: one of the rows or, if there are none, a hidden task or `nil`.
    private(set) var id: TaskID?
    /// The index of the selected row.
    private(set) var index = 0
    /// The first row on the screen.
    private(set) var top = 0
    /// Whether the selection is a task, because the operator has moved or acted.
    private(set) var isPinned = false
    /// The task selected last by the operator; it is selected again when it is no longer hidden.
    private var pinnedID: TaskID?

    /// Makes the selection stay on the task of the selected row.
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

    /// Selects a task whose row is in the next order.
    mutating func select(_ id: TaskID) {
        self.id = id
        pin()
    }

    /// Finds the selected task in a new order.
    ///
    /// - Parameters:
    ///   - scopeHasChanged: Whether the operator has changed which tasks are shown.
    ///   - exists: Whether a task exists, shown or not.
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
            // Rows inserted above scroll nothing off the screen, unless the screen shows the first row.
            if top > 0 { top = max(0, top + place - before) }
        } else {
            index = max(0, min(before, order.count - 1))
            if !order.isEmpty { id = order[index] }
        }
    }

    /// Scrolls so that the selected row is on a screen of `page` rows.
    mutating func scroll(page: Int, count: Int) {
        guard page > 0 else { return }
        top = max(0, min(top, count - page, index))
        if index >= top + page { top = index - page + 1 }
    }
}
