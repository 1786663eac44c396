// The search in the topmost view: the log, a detail or a dump.
extension DashboardModel {
    /// The part of the screen that a search looks at; `nil` if nothing on top can be searched.
    var searchScope: SearchScope? { searchOrigin?.scope }

    private var searchOrigin: SearchInput.Origin? {
        switch overlays.last {
        case .detail(let pane): detailOutput.map { .output($0.position) } ?? .detail(top: pane.top)
        case .dump(let pane): .dump(top: pane.top)
        case nil:
            switch focus {
            case .table: nil
            case .log: .log(log.position)
            case .output: output.map { .output($0.position) }
            }
        case .form, .menu, .prompt, .confirmation, .help: nil
        }
    }

    var search: TextSearch? {
        switch (searchScope, overlays.last) {
        case (.log, _): log.search?.search
        case (.output, _): output?.search?.search
        case (_, .detail(let pane)): pane.search?.search
        case (_, .dump(let pane)): pane.search?.search
        default: nil
        }
    }

    /// Whether keys edit the text of a search.
    var isTypingSearch: Bool { searchInput.map { $0.scope == searchScope } ?? false }

    mutating func beginSearch() {
        guard let searchOrigin else { return }
        searchInput = SearchInput(origin: searchOrigin, previous: search)
    }

    /// Handles a key while the text to look for is typed.
    mutating func handleSearchInputKey(_ key: Key) {
        guard var input = searchInput else { return }
        switch key {
        case .escape:
            searchInput = nil
            restore(input.origin)
            endSearch()
        case .enter:
            searchInput = nil
            if input.field.text.isEmpty {
                // Repeats the search, as less does.
                if let previous = input.previous { findNext(.forward, of: previous) } else { endSearch() }
            } else if !input.isFound, !searchFurther(.backward), !searchFurther(.forward) {
                showNoMatch(input.field.text)
            }
        case _ where DashboardAction(key) == .search:
            // Finds the next match while typing, as in the table.
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

    /// Handles a key that continues or ends a search.
    ///
    /// - Returns: Whether the key was handled.
    mutating func handleSearchKey(_ key: Key) -> Bool {
        guard searchScope != nil, filterField == nil else { return false }
        if let match = DashboardAction.matchDirections.first(where: { $0.key == key }) {
            if let search {
                findNext(match.direction, of: search)
            } else {
                showMessage(.failure, "there is no search; \(DashboardAction.find.binding.label) starts one")
            }
            return true
        }
        guard key == .escape, search != nil else { return false }
        endSearch()
        return true
    }

    mutating func endSearch() {
        setSearch(nil)
    }

    private mutating func findNext(_ direction: SearchDirection, of search: TextSearch) {
        if self.search != search { setSearch(search) }
        if searchScope == .output {
            let isFound = withOutput { $0.find(direction, isFirst: false, wraps: false, $1) } ?? nil
            if isFound != nil || searchFurther(direction) { return }
        }
        guard let hasWrapped = find(direction, isFirst: false) else { return showNoMatch(search.text) }
        guard hasWrapped else { return }
        showMessage(
            .success,
            direction == .forward ? "the search went on from the beginning" : "the search went on from the end")
    }

    /// Continues a search in output that is not in memory.
    ///
    /// - Returns: Whether there is any.
    private mutating func searchFurther(_ direction: SearchDirection) -> Bool {
        guard searchScope == .output, withOutput({ $0.searchFurther(direction, $1) }) == true else { return false }
        showMessage(.pending, "searching \(direction == .backward ? "earlier" : "later") output (Esc ends it)")
        return true
    }

    /// Shows the outcome of a search in output that was not in memory.
    mutating func endFurtherSearch() {
        if output?.furtherSearch == nil {
            message = nil
        } else if output?.furtherSearch == .failed {
            output?.furtherSearch = nil
            showMessage(.failure, "'\(output?.search?.search.text ?? "")' is in no further line of the output")
        }
    }

    private mutating func showNoMatch(_ text: String) {
        let place =
            switch searchScope {
            case .detail: "of this task's lines"
            case .dump: "of this dump's lines"
            case .output: "of the output's lines"
            case .log, nil: "of the log's lines that are shown"
            }
        showMessage(.failure, "'\(text)' is in none \(place)")
    }

    private mutating func setSearch(_ search: TextSearch?) {
        switch searchScope {
        case .log: log.search = search.map { SearchState(search: $0) }
        case .detail: withDetail { $0.search = search.map { SearchState(search: $0) } }
        case .dump: withDump { $0.search = search.map { SearchState(search: $0) } }
        case .output:
            output?.search = search.map { SearchState(search: $0) }
            output?.furtherSearch = nil
        case nil: break
        }
    }

    private mutating func restore(_ origin: SearchInput.Origin) {
        let page = origin.scope == .detail ? detailTextLines : layout.detailLines
        switch (origin, searchScope) {
        case (.log(let position), .log): log.restore(position)
        case (.detail(let top), .detail): withDetail { $0.scroll(to: top, page: page) }
        case (.dump(let top), .dump): withDump { $0.scroll(to: top, page: page) }
        case (.output(let position), .output): output?.restore(position)
        default: break
        }
    }

    mutating func withDump(_ change: (inout DumpPane) -> Void) {
        guard case .dump(var pane) = overlays.last else { return }
        change(&pane)
        replaceTop(by: .dump(pane))
    }
}
