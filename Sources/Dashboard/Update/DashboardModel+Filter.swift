// The filter of the focused pane.
extension DashboardModel {
    mutating func beginFilter() {
        guard focus != .output else { return showMessage(.failure, "output has no filter; / searches in it") }
        finishTyping()
        paneInput = .filter(TextField(focus == .table ? tasks.filter : log.filter))
    }

    mutating func handleFilterKey(_ key: Key, _ field: TextField) {
        switch key {
        case .escape:
            paneInput = nil
            applyFilter("")
        case .enter:
            // A filter without words is removed.
            if TextFilter(field.text).isEmpty { applyFilter("") }
            paneInput = nil
        case .up, .down, .pageUp, .pageDown: Motion(key).map { move($0) }
        default: editFilter(field) { $0.handle(key) }
        }
    }

    /// Changes the text of the filter and applies it.
    ///
    /// - Parameter change: Returns whether it edits.
    mutating func editFilter(_ field: TextField, _ change: (inout TextField) -> Bool) {
        var field = field
        guard change(&field) else { return }
        paneInput = .filter(field)
        applyFilter(field.text)
    }

    /// Ends the editing of a filter or row search and keeps its text.
    mutating func finishTyping() {
        finishRowSearch()
        paneInput = nil
    }

    private mutating func applyFilter(_ text: String) {
        switch focus {
        case .table: tasks.changeScope { $0.filter = text }
        case .log: log.setFilter(text)
        case .output: break
        }
    }
}
