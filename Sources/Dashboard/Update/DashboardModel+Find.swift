// Finding the next match in the log, the detail or a dump.
extension DashboardModel {
    /// Scrolls to the next match.
    ///
    /// - Parameter isFirst: Whether the search begins at the top of the screen instead of the match found last.
    ///
    /// - Returns: Whether the search wrapped around an end; `nil` if there is no match.
    mutating func find(_ direction: SearchDirection, isFirst: Bool) -> Bool? {
        switch searchScope {
        case .log: return findInLog(direction, isFirst: isFirst)
        case .detail: return findInDetail(direction, isFirst: isFirst)
        case .dump: return findInDump(direction, isFirst: isFirst)
        case .output: return withOutput { $0.find(direction, isFirst: isFirst, $1) } ?? nil
        case nil: return nil
        }
    }

    private mutating func findInLog(_ direction: SearchDirection, isFirst: Bool) -> Bool? {
        guard let state = log.search else { return nil }
        let view = visibleLog
        let line = logLine(width: layout.log.width)
        func isMatch(_ index: Int) -> Bool { state.search.occurs(in: line.plainText(of: log.shown[index])) }
        let current = isFirst ? nil : state.current.map { log.shownIndex(after: $0) - 1 }
        let start = direction.start(in: view, current: current)
        let found = direction.find(in: view, count: log.shown.count, from: start, isFirst: isFirst, isMatch)
        guard let found else { return nil }
        log.search?.current = log.shown[found].number
        log.scroll(toEnd: view.contains(found) ? view.upperBound : logEnd(around: found))
        return direction.hasWrapped(from: start, to: found)
    }

    /// The indices of the log entries on the screen.
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

    /// The end of the visible entries that puts an entry in the middle of the log.
    private func logEnd(around index: Int) -> Int {
        var end = index
        var lines = 0
        while end < log.shown.count, lines <= layout.logLines / 2 {
            lines += self.lines(of: log.shown[end], width: layout.log.width).count
            end += 1
        }
        // A long entry must not push the match off the screen.
        return lines > layout.logLines ? index + 1 : end
    }

    private mutating func findInDump(_ direction: SearchDirection, isFirst: Bool) -> Bool? {
        guard case .dump(var pane) = overlays.last, let state = pane.search else { return nil }
        let page = layout.detailLines
        let line = logLine(width: size.width)
        let start = direction.start(in: pane.top..<pane.top + page, current: isFirst ? nil : state.current)
        let found = direction.indices(from: start, count: pane.lines.count).first {
            state.search.occurs(in: line.plainText(of: pane.lines[$0]))
        }
        guard let found else { return nil }
        pane.search?.current = found
        pane.show(line: found, page: page)
        replaceTop(by: .dump(pane))
        return direction.hasWrapped(from: start, to: found)
    }

    private mutating func findInDetail(_ direction: SearchDirection, isFirst: Bool) -> Bool? {
        guard case .detail(var pane) = overlays.last else { return nil }
        let hasWrapped = pane.find(direction, isFirst: isFirst, page: detailTextLines)
        replaceTop(by: .detail(pane))
        return hasWrapped
    }
}
