// The row search: selects matching rows, hides none.
extension DashboardModel {
    /// Starts a row search, or finds the next row if one is active.
    mutating func beginRowSearch() {
        finishRowSearch()
        paneInput = .rowSearch(RowSearch(field: TextField(lastRowSearch), isPrevious: !lastRowSearch.isEmpty))
        if !lastRowSearch.isEmpty { findRow(skipsSelection: true) }
    }

    mutating func handleRowSearchKey(_ key: Key) {
        switch key {
        case .escape, .enter: finishRowSearch()
        case _ where DashboardAction(key) == .search: findRow(skipsSelection: true)
        case .up, .down, .pageUp, .pageDown: Motion(key).map { move($0) }
        default:
            searchRows { field, isPrevious in
                if case .character = key, isPrevious { field = TextField() }
                _ = field.handle(key)
            }
        }
    }

    mutating func finishRowSearch() {
        guard let rowSearch else { return }
        lastRowSearch = rowSearch.field.text
        paneInput = nil
    }

    mutating func searchRows(_ change: (inout TextField, _ isPrevious: Bool) -> Void) {
        guard var search = rowSearch else { return }
        let revision = search.field.revision
        change(&search.field, search.isPrevious)
        search.isPrevious = false
        paneInput = .rowSearch(search)
        if search.field.revision != revision { findRow(skipsSelection: false) }
    }

    private mutating func findRow(skipsSelection: Bool) {
        guard var search = rowSearch else { return }
        let text = search.field.text
        search.isFound = TextFilter(text).isEmpty || tasks.selectNext(matching: text, skipsSelection: skipsSelection)
        paneInput = .rowSearch(search)
    }
}
