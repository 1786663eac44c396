import TaskControl

extension DashboardModel {
    func drawLog(on canvas: inout Canvas, in rect: Rect) {
        canvas.register(.pane(.log), in: rect)
        drawTitle(on: &canvas, in: Rect(x: rect.x, y: rect.y, width: rect.width, height: 1))
        let page = rect.height - 1
        if log.shown.isEmpty {
            let hint = log.total == 0 ? "nothing yet" : "nothing matches"
            canvas.text(hint, x: rect.x + 1, y: rect.y + 1, width: rect.width - 1, style: .muted)
        }
        // Collects lines from the last one upward, as many as fit.
        var lines: [CellText] = []
        for entry in log.shown[..<log.endIndex].reversed() {
            guard lines.count < page else { break }
            lines += self.lines(of: entry, width: rect.width).reversed()
        }
        for (offset, line) in lines.prefix(page).reversed().enumerated() {
            canvas.cells(line, x: rect.x, y: rect.y + 1 + offset, style: .plain)
        }
    }

    private func drawTitle(on canvas: inout Canvas, in rect: Rect) {
        let isFocused = focus == .log
        let style: Style = isFocused ? .accent : .border
        canvas.fill(rect, glyphs.horizontal, style: style)
        var x = canvas.text(" log ", x: rect.x + 1, y: rect.y, width: rect.width - 1, style: isFocused ? .bold : .plain)
        var filters: [(String, DashboardAction)] = []
        if log.minimumLevel > .trace { filters.append(("\(log.minimumLevel.rawValue) and above", .level)) }
        if let task = log.task { filters.append(("only \(name(task))", .onlySelected)) }
        if !log.filter.isEmpty { filters.append(("filter: \(log.filter)", .filter)) }
        if let search = log.search?.search, !search.isEmpty { filters.append(("search: \(search.text)", .find)) }
        if !log.wraps { filters.append((log.indent > 0 ? "from column \(log.indent + 1)" : "not wrapped", .wrap)) }
        let right = positionText
        let end = rect.x + rect.width - right.count - 2
        for (text, action) in filters where x + 3 < end {
            let start = x + 1
            x = canvas.text(" \(text) ", x: start, y: rect.y, width: end - start, style: .accent)
            canvas.register(.action(action), in: Rect(x: start, y: rect.y, width: x - start, height: 1))
        }
        if end > x {
            canvas.text(right, x: end, y: rect.y, style: log.position == .following ? .plain : Style(.warning))
            canvas.register(.action(.follow), in: Rect(x: end, y: rect.y, width: right.count, height: 1))
        }
    }

    private var positionText: String {
        switch log.position {
        case .following: " follow "
        case .pinned: log.newCount > 0 ? " held, \(log.newCount) new " : " held "
        }
    }

    func logLine(width: Int) -> LogLine {
        LogLine(localTime: localTime, glyphs: glyphs, width: width)
    }

    /// The lines of a record: one, or several if it is long and lines are wrapped.
    func lines(of entry: LogEntry, width: Int) -> [CellText] {
        let isUnicode = capabilities.isUnicode
        let line = logLine(width: width)
        var prefix = line.prefix(of: entry)
        let room = max(1, width - prefix.width)
        // A screen holds no more of one record.
        let limit = (log.wraps ? width * max(1, size.height) : width) + log.indent + 1
        var text = line.text(of: entry, limit: limit)
        if let state = log.search {
            let isCurrent = state.current == entry.number
            prefix.highlight(state.search, over: line.style(of: entry)) { $0.markFound(isCurrent: isCurrent) }
            text.highlight(state.search, over: line.style(of: entry)) { $0.markFound(isCurrent: isCurrent) }
        }
        let pieces =
            log.wraps ? text.wrapped(to: room) : [text.dropping(log.indent).cut(to: room, isUnicode: isUnicode)]
        let indent = CellText(String(repeating: " ", count: prefix.width), isUnicode: isUnicode)
        return pieces.enumerated().map { index, piece in (index == 0 ? prefix : indent).appending(piece) }
    }
}
