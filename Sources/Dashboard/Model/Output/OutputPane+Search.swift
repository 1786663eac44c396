// Finding lines, in memory and beyond.
extension OutputPane {
    /// A search beyond the lines in memory.
    enum FurtherSearch: Sendable, Hashable {
        case reading(SearchDirection)
        /// The last page had no match, and there are no others.
        case failed
    }

    /// Scrolls to the next line with the text of the search.
    ///
    /// - Parameters:
    ///   - isFirst: Whether the search begins at the screen instead of the line found last.
    ///   - wraps: Whether the search goes on around the end of the lines in memory.
    /// - Returns: Whether the search wrapped around an end; `nil` if no line matches.
    mutating func find(
        _ direction: SearchDirection, isFirst: Bool, wraps: Bool = true, _ page: OutputPageSize
    ) -> Bool? {
        guard let state = search, let top = visibleRows(page).first, let bottom = bottomRow(page) else { return nil }
        let first = numbers.lowerBound
        func isMatch(_ index: Int) -> Bool { state.search.occurs(in: entry(first + index).plainText) }
        let view = top.line - first..<bottom.line - first + 1
        let current = isFirst ? nil : state.current.map { $0 - first }
        let start = direction.start(in: view, current: current)
        let found = direction.find(in: view, count: count, from: start, isFirst: isFirst, isMatch)
        guard let found, wraps || !direction.hasWrapped(from: start, to: found) else { return nil }
        showMatch(of: state.search, in: first + found, page)
        return direction.hasWrapped(from: start, to: found)
    }

    /// Continues a search in output that is not in memory.
    ///
    /// - Returns: Whether there is any.
    mutating func searchFurther(_ direction: SearchDirection, _ page: OutputPageSize) -> Bool {
        guard search != nil, direction == .backward ? hasEarlier : hasLater, let bottom = bottomRow(page) else {
            return false
        }
        restore(.pinned(bottom))
        furtherSearch = .reading(direction)
        requestMore(direction)
        return true
    }

    /// Searches the lines of a page that has arrived, and requests the next one if none matches.
    mutating func searchArrived(_ numbers: Range<Int>, _ direction: SearchDirection, _ page: OutputPageSize) {
        guard furtherSearch == .reading(direction), let state = search else { return }
        func isMatch(_ number: Int) -> Bool { state.search.occurs(in: entry(number).plainText) }
        let found = direction == .forward ? numbers.first(where: isMatch) : numbers.last(where: isMatch)
        if let found {
            furtherSearch = nil
            showMatch(of: state.search, in: found, page)
        } else if direction == .backward ? hasEarlier : hasLater {
            requestMore(direction)
        } else {
            furtherSearch = .failed
        }
    }

    private mutating func showMatch(of search: TextSearch, in number: Int, _ page: OutputPageSize) {
        self.search?.current = number
        show(row(of: search, in: number, page), page)
    }

    /// The row in which the first match of a line begins.
    private func row(of search: TextSearch, in number: Int, _ page: OutputPageSize) -> OutputRow {
        let scalars = Array(entry(number).plainText.unicodeScalars)
        let start = search.ranges(in: scalars).first?.lowerBound ?? 0
        let column = scalars[..<start].reduce(0) { $0 + CellText.cells(of: $1) }
        return OutputRow(line: number, row: wraps ? column / max(1, page.width) : 0)
    }

    /// Scrolls to a row, if it is not on the screen, and stops following.
    private mutating func show(_ row: OutputRow, _ page: OutputPageSize) {
        let visible = visibleRows(page)
        guard let bottom = visible.last else { return }
        restore(.pinned(visible.contains(row) ? bottom : moved(row, by: page.rows / 2, page).row))
    }
}
