/// A list from which one item is chosen.
struct Menu: Sendable, Hashable {
    enum Purpose: Sendable, Hashable {
        /// The column to sort by.
        case sort
        /// Which tasks are shown by their time.
        case time
        /// What goes into the clipboard.
        case copy(CopySubject)
    }

    let purpose: Purpose
    /// The item under the cursor.
    var index: Int

    /// One line of a menu.
    struct Item: Sendable, Hashable {
        /// The key that chooses it directly; `nil` if there is none.
        let key: Key?
        let text: String
        /// What is written at the right: the key, or a mark.
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
