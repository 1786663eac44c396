// Searching in what is on top: the log, a detail, a dump.
extension DashboardModel {
    /// What a search looks at; `nil` where there is nothing to search.
    enum SearchScope: Sendable, Hashable { case log, detail, dump }

    var searchScope: SearchScope? {
        switch overlays.last {
        case .detail: .detail
        case .dump: .dump
        case nil: focus == .log ? .log : nil
        case .form, .menu, .prompt, .confirmation, .help: nil
        }
    }

    var search: TextSearch? {
        switch (searchScope, overlays.last) {
        case (.log, _): log.search?.search
        case (_, .detail(let pane)): pane.search?.search
        case (_, .dump(let view)): view.search?.search
        default: nil
        }
    }

    /// Whether keys go into the text to look for.
    var isTypingSearch: Bool { searchInput.map { $0.scope == searchScope } ?? false }

    mutating func beginSearch() {
        guard let scope = searchScope else { return }
        let origin: SearchInput.Origin
        switch overlays.last {
        case .detail(let pane): origin = .line(pane.top)
        case .dump(let view): origin = .line(view.top)
        default: origin = .log(log.position)
        }
        searchInput = SearchInput(scope: scope, origin: origin, previous: search)
    }

    /// Handles a key while the text to look for is typed.
    mutating func handleForSearchInput(_ key: Key) {
        guard var input = searchInput else { return }
        switch key {
        case .escape:
            searchInput = nil
            restore(input.origin)
            endSearch()
        case .enter:
            searchInput = nil
            if input.field.text.isEmpty {
                // As in less: the same once more.
                if let previous = input.previous { findNext(.forward, of: previous) } else { endSearch() }
            } else if !input.isFound {
                showNoMatch(input.field.text)
            }
        case _ where DashboardAction(key) == .search:
            // As in the table: on to the next place, while the text is typed.
            if let search = self.search ?? input.previous, input.isFound { findNext(.forward, of: search) }
        default:
            guard input.field.handle(key) else { return }
            searchInput = input
            applySearchInput()
        }
    }

    mutating func pasteIntoSearch(_ text: String) {
        searchInput?.field.insert(text)
        applySearchInput()
    }

    private mutating func applySearchInput() {
        guard let input = searchInput else { return }
        restore(input.origin)
        let search = TextSearch(logLine(width: size.width).shortened(input.field.text))
        setSearch(search.isEmpty ? nil : search)
        let isFound = search.isEmpty || find(.forward, isFirst: true) != nil
        searchInput?.isFound = isFound
    }

    /// Handles what goes on with a search, or ends it.
    ///
    /// - Returns: Whether it was such a key.
    mutating func handleForSearch(_ key: Key) -> Bool {
        guard searchScope != nil, filterField == nil else { return false }
        switch key {
        case .character("n"), .character("N"):
            guard let search else {
                showMessage(.failure, "nothing is looked for; \(DashboardAction.find.binding.label) looks for a text")
                return true
            }
            findNext(key == .character("n") ? .forward : .backward, of: search)
            return true
        case .escape where search != nil:
            endSearch()
            return true
        default: return false
        }
    }

    mutating func endSearch() {
        setSearch(nil)
    }

    private mutating func findNext(_ direction: SearchDirection, of search: TextSearch) {
        if self.search != search { setSearch(search) }
        guard let hasWrapped = find(direction, isFirst: false) else { return showNoMatch(search.text) }
        guard hasWrapped else { return }
        showMessage(
            .success,
            direction == .forward ? "the search went on from the beginning" : "the search went on from the end")
    }

    private mutating func showNoMatch(_ text: String) {
        let place =
            switch searchScope {
            case .detail: "of this task's lines"
            case .dump: "of this dump's lines"
            case .log, nil: "of the log's lines that are shown"
            }
        showMessage(.failure, "'\(text)' is in none \(place)")
    }

    private mutating func setSearch(_ search: TextSearch?) {
        switch searchScope {
        case .log: log.search = search.map { SearchState(search: $0) }
        case .detail: withDetail { $0.search = search.map { SearchState(search: $0) } }
        case .dump: withDump { $0.search = search.map { SearchState(search: $0) } }
        case nil: break
        }
    }

    private mutating func restore(_ origin: SearchInput.Origin) {
        let page = layout.detailLines
        switch (origin, searchScope) {
        case (.log(let position), .log): log.restore(position)
        case (.line(let top), .detail): withDetail { $0.scroll(to: top, page: page) }
        case (.line(let top), .dump): withDump { $0.scroll(to: top, page: page) }
        default: break
        }
    }

    mutating func withDump(_ change: (inout DumpPane) -> Void) {
        guard case .dump(var view) = overlays.last else { return }
        change(&view)
        replaceTop(by: .dump(view))
    }

    // MARK: - Finding

    /// Goes to a place where the text is.
    ///
    /// - Parameter isFirst: whether a place that is on the screen will do, from its top on.
    /// - Returns: Whether the search went past an end; `nil` if there is no such place.
    private mutating func find(_ direction: SearchDirection, isFirst: Bool) -> Bool? {
        switch searchScope {
        case .log: return findInLog(direction, isFirst: isFirst)
        case .detail: return findInDetail(direction, isFirst: isFirst)
        case .dump: return findInDump(direction, isFirst: isFirst)
        case nil: return nil
        }
    }

    private mutating func findInLog(_ direction: SearchDirection, isFirst: Bool) -> Bool? {
        guard let state = log.search else { return nil }
        let view = visibleLog
        let line = logLine(width: layout.log.width)
        func isMatch(_ index: Int) -> Bool { state.search.occurs(in: line.plainText(of: log.shown[index])) }
        let found: Int?
        var start = view.lowerBound - 1
        if isFirst {
            // What is on the screen, or else what is nearest above: the newest.
            found =
                view.first(where: isMatch)
                ?? SearchDirection.backward.indices(from: view.lowerBound, count: log.shown.count).first(where: isMatch)
        } else {
            // From the place found last, if that can be seen, or else from the edge of the view.
            let last = state.current.map { log.shownIndex(after: $0) - 1 }
            start = last.flatMap { view.contains($0) ? $0 : nil } ?? (direction == .forward ? start : view.upperBound)
            found = direction.indices(from: start, count: log.shown.count).first(where: isMatch)
        }
        guard let found else { return nil }
        log.search?.current = log.shown[found].number
        log.scroll(toEnd: view.contains(found) ? view.upperBound : logEnd(around: found))
        return direction == .forward ? found <= start : found >= start
    }

    /// The entries of the log that are on the screen.
    var visibleLog: Range<Int> {
        let end = log.endIndex
        var start = end
        var lines = 0
        while start > 0, lines < layout.logLines {
            lines += self.lines(of: log.shown[start - 1], width: layout.log.width).count
            if lines <= layout.logLines || start == end { start -= 1 }
        }
        return start..<end
    }

    /// Where the lower edge is when an entry is in the middle of the log.
    private func logEnd(around index: Int) -> Int {
        var end = index
        var lines = 0
        while end < log.shown.count, lines <= layout.logLines / 2 {
            lines += self.lines(of: log.shown[end], width: layout.log.width).count
            end += 1
        }
        // An entry of many lines must not push away the one that was found.
        return lines > layout.logLines ? index + 1 : end
    }

    private mutating func findInDump(_ direction: SearchDirection, isFirst: Bool) -> Bool? {
        guard case .dump(var view) = overlays.last, let state = view.search else { return nil }
        let page = layout.detailLines
        let line = logLine(width: size.width)
        let last = state.current.flatMap { (view.top..<view.top + page).contains($0) ? $0 : nil }
        let start = isFirst ? view.top - 1 : last ?? (direction == .forward ? view.top - 1 : view.top + page)
        let found = direction.indices(from: start, count: view.lines.count).first {
            state.search.occurs(in: line.plainText(of: view.lines[$0]))
        }
        guard let found else { return nil }
        view.search?.current = found
        view.show(line: found, page: page)
        replaceTop(by: .dump(view))
        return direction == .forward ? found <= start : found >= start
    }

    private mutating func findInDetail(_ direction: SearchDirection, isFirst: Bool) -> Bool? {
        guard case .detail(var pane) = overlays.last else { return nil }
        let hasWrapped = pane.find(direction, isFirst: isFirst, page: layout.detailLines)
        replaceTop(by: .detail(pane))
        return hasWrapped
    }
}
