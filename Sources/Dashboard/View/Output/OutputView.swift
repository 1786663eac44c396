import TaskModel

extension DashboardModel {
    /// Draws the output below a title line.
    func drawOutput(_ pane: OutputPane, isFocused: Bool, on canvas: inout Canvas, in rect: Rect) {
        guard rect.height > 0 else { return }
        canvas.register(.pane(.output), in: rect)
        drawTitle(of: pane, isFocused: isFocused, on: &canvas, in: rect)
        let page = OutputPageSize(rows: rect.height - 1, width: Self.textWidth(of: pane, in: rect))
        if let hint = hint(for: pane) {
            canvas.text(hint, x: rect.x + 1, y: rect.y + 1, width: rect.width - 1, style: .muted)
        }
        for (offset, row) in pane.visibleRows(page).enumerated() {
            let (entry, y) = (pane.entry(row.line), rect.y + 1 + offset)
            if pane.stream == nil, entry.stream == .standardError {
                canvas.text(Glyphs.standardError, x: rect.x, y: y, style: Style(.warning, bold: true))
            }
            let x = rect.x + rect.width - page.width
            canvas.cells(text(of: entry, row, in: pane, width: page.width), x: x, y: y, style: .plain)
        }
    }

    /// The width beside the marks of standard error, in cells.
    static func textWidth(of pane: OutputPane, in rect: Rect) -> Int {
        // A narrow screen has room for the text only.
        max(1, rect.width - (pane.stream == nil ? 2 : 1))
    }

    /// The cells of a row, with the matches of the search marked.
    private func text(of entry: OutputEntry, _ row: OutputRow, in pane: OutputPane, width: Int) -> CellText {
        let isUnicode = glyphs.isUnicode
        let start = pane.wraps ? row.row * width : pane.indent
        // One cell more than there is room for shows whether the text must be truncated.
        var text = entry.cells(from: start, count: pane.wraps ? width : width + 1, isUnicode: isUnicode)
        if let state = pane.search {
            let reach = state.search.length - 1
            let before = entry.cells(from: max(0, start - reach), count: min(reach, start), isUnicode: isUnicode)
            let after = entry.cells(from: start + width, count: reach, isUnicode: isUnicode)
            text.highlight(state.search, before: before, after: after, over: .plain) {
                $0.markFound(isCurrent: state.current == row.line)
            }
        }
        return pane.wraps ? text : text.cut(to: width, isUnicode: isUnicode)
    }

    private func hint(for pane: OutputPane) -> String? {
        switch pane.content {
        case .failed(let reason): "it cannot be read: \(reason)"
        case .lines where pane.count == 0 && pane.isReading: "reading"
        case .lines where pane.count == 0:
            switch pane.stream {
            case nil: tasks.rows[pane.id]?.record.state.isFinal == true ? "it wrote nothing" : "nothing yet"
            case .standardOutput: "nothing on standard output"
            case .standardError: "nothing on standard error"
            }
        case .unknown, .none, .lines: nil
        }
    }

    private func drawTitle(of pane: OutputPane, isFocused: Bool, on canvas: inout Canvas, in rect: Rect) {
        let line = Rect(x: rect.x, y: rect.y, width: rect.width, height: 1)
        canvas.fill(line, glyphs.horizontal, style: isFocused ? .accent : .border)
        var x = canvas.text(
            " output ", x: rect.x + 1, y: rect.y, width: rect.width - 1, style: isFocused ? .bold : .plain)
        var marks: [(String, DashboardAction)] = []
        switch pane.stream {
        case nil: break
        case .standardOutput: marks.append(("stdout only", .streams))
        case .standardError: marks.append(("stderr only", .streams))
        }
        if let search = pane.search?.search, !search.isEmpty { marks.append(("search: \(search.text)", .find)) }
        if !pane.wraps { marks.append((pane.indent > 0 ? "from column \(pane.indent + 1)" : "not wrapped", .wrap)) }
        let right = positionText(of: pane)
        let end = rect.x + rect.width - right.count - 1
        for (text, action) in marks where x + 3 < end {
            let start = x + 1
            x = canvas.text(" \(text) ", x: start, y: rect.y, width: end - start, style: .accent)
            canvas.register(.action(action), in: Rect(x: start, y: rect.y, width: x - start, height: 1))
        }
        if end > x {
            canvas.text(right, x: end, y: rect.y, style: pane.position == .following ? .plain : Style(.warning))
        }
    }

    private func positionText(of pane: OutputPane) -> String {
        switch pane.position {
        case .following where tasks.rows[pane.id]?.record.state.isFinal == true:
            pane.isReading || pane.hasLater ? " reading " : " end "
        case .following: " follow "
        case .pinned: pane.hasLater ? " held, more below " : " held "
        }
    }
}

extension Glyphs {
    /// The mark of a line on standard error.
    static let standardError = "!"
}
