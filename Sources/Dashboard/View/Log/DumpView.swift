import TaskControl

extension DashboardModel {
    func drawDump(_ pane: DumpPane, on canvas: inout Canvas, in rect: Rect) {
        let page = rect.height - 1
        let last = min(pane.top + page, pane.lines.count)
        let time = pane.dump.entries.first.map { " at \(localTime.clock($0.record.time))" } ?? ""
        var marks: [String] = []
        if let search = pane.search?.search { marks.append("search: \(search.text)") }
        if pane.isFollowing {
            marks.append("follow")
        } else if log.newestDump?.summary?.number != pane.dump.summary?.number {
            marks.append("a newer one is available")
        }
        if pane.lines.count > page { marks.append("\(pane.top + 1)-\(last) of \(pane.lines.count) lines") }
        drawTitle("all tasks\(time)", marks.joined(separator: "  "), on: &canvas, in: rect)
        let line = LogLine(localTime: localTime, glyphs: glyphs, width: rect.width, hasTime: false)
        for (offset, entry) in pane.lines.dropFirst(pane.top).prefix(page).enumerated() {
            var text = line.text(of: entry, limit: pane.indent + rect.width + 1)
            if let state = pane.search {
                text.highlight(state.search, over: line.style(of: entry)) {
                    $0.markFound(isCurrent: state.current == pane.top + offset)
                }
            }
            let prefix = line.prefix(of: entry)
            let room = max(0, rect.width - 1 - prefix.width)
            let shown = prefix.appending(text.dropping(pane.indent).cut(to: room, isUnicode: glyphs.isUnicode))
            canvas.cells(shown, x: rect.x + 1, y: rect.y + 1 + offset, style: .plain)
        }
    }
}
