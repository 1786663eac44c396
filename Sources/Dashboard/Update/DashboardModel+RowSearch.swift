// The row search: selects matching rows, hides none.
extension DashboardModel {
    /// Starts a row search, or finds the next row if one is active.
    mutating func beginRowSearch() {
        finishRowSearch()
        rowSearch = RowSearch(field: TextField(lastRowSearch), isPrevious: !lastRowSearch.isEmpty)
        if !lastRowSearch.isEmpty { findRow(skipsSelection: true) }
    }

    mutating func handleForRowSearch(_ key: Key) {
        switch key {
        case .escape, .enter: finishRowSearch()
        case _ where DashboardAction(key) == .search: findRow(skipsSelection: true)
        case .up, .down, .pageUp, .pageDown: Motion(key).map { move($0) }
        default:
            if case .character = key, rowSearch?.isPrevious == true { rowSearch?.field = TextField() }
            searchRows { _ = $0.handle(key) }
        }
    }

    mutating func finishRowSearch() {
        guard let rowSearch else { return }
        lastRowSearch = rowSearch.field.text
        self.rowSearch = nil
    }

    mutating func searchRows(_ change: (inout TextField) -> Void) {
        guard var search = rowSearch else { return }
        let revision = search.field.revision
        change(&search.field)
        search.isPrevious = false
        rowSearch = search
        if search.field.revision != revision { findRow(skipsSelection: false) }
    }

    private mutating func findRow(skipsSelection: Bool) {
        guard let text = rowSearch?.field.text else { return }
        rowSearch?.isFound =
            TextFilter(text).isEmpty || tasks.selectNext(matching: text, skipsSelection: skipsSelection)
    }
}
