import TaskControl

extension DashboardModel {
    func drawDump(_ view: DumpView, on canvas: inout Canvas, in rect: Rect) {
        let page = rect.height - 1
        let last = min(view.top + page, view.lines.count)
        let time = view.dump.entries.first.map { " at \(localTime.clock($0.record.time))" } ?? ""
        var marks: [String] = []
        if let search = view.search?.search { marks.append("search: \(search.text)") }
        if view.isFollowing {
            marks.append("follow")
        } else if log.newestDump?.summary?.number != view.dump.summary?.number {
            marks.append("a newer one has come")
        }
        if view.lines.count > page { marks.append("\(view.top + 1)-\(last) of \(view.lines.count) lines") }
        drawTitle("all tasks\(time)", marks.joined(separator: "  "), on: &canvas, in: rect)
        let line = LogLine(localTime: localTime, glyphs: glyphs, width: rect.width, hasTime: false)
        for (offset, entry) in view.lines.dropFirst(view.top).prefix(page).enumerated() {
            var text = line.text(of: entry, limit: view.indent + rect.width + 1)
            if let state = view.search {
                text.highlight(state.search, over: line.style(of: entry)) {
                    $0.markFound(isCurrent: state.current == view.top + offset)
                }
            }
            let prefix = line.prefix(of: entry)
            let room = max(0, rect.width - 1 - prefix.width)
            let shown = prefix.appending(text.dropping(view.indent).cut(to: room, isUnicode: glyphs.isUnicode))
            canvas.cells(shown, x: rect.x + 1, y: rect.y + 1 + offset, style: .plain)
        }
    }
}
