/// A list to choose one item from.
struct Menu: Sendable, Hashable {
    enum Purpose: Sendable, Hashable {
        /// The column to sort by.
        case sort
        /// The time range of the table.
        case time
        /// The text for the clipboard.
        case copy(CopySubject)
    }

    let purpose: Purpose
    /// The index of the highlighted item.
    var index: Int

    /// The effect of an item.
    enum Choice: Sendable, Hashable {
        case sort(TaskColumn)
        case timeRange(TimeRange)
        /// Opens the prompt for a day.
        case day
        case copy(CopyItem)
    }

    /// One line of a menu.
    struct Item: Sendable, Hashable {
        let choice: Choice
        /// The key that chooses the item directly; `nil` if there is none.
        let key: Key?
        let text: String
        /// The text at the right edge: the key, and a mark for the current choice.
        var trailing = ""
    }

    var title: String {
        switch purpose {
        case .sort: "Sort by"
        case .time: "Show"
        case .copy: "Copy"
        }
    }
}
