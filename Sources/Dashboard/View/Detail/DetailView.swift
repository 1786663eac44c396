extension DashboardModel {
    func drawDetail(_ pane: DetailPane, on canvas: inout Canvas, in rect: Rect) {
        let split = detailSplit
        let page = split.text.height
        let count = pane.text.count
        let last = min(pane.top + page, count)
        var marks: [String] = []
        if let search = pane.search?.search { marks.append("search: \(search.text)") }
        if let index = tasks.order.firstIndex(of: pane.id) { marks.append("task \(index + 1) of \(tasks.order.count)") }
        if page > 0 { marks.append(count > page ? "\(pane.top + 1)-\(last) of \(count) lines" : "all") }
        drawTitle("task \(name(pane.id))", marks.joined(separator: "  "), on: &canvas, in: rect)
        draw(pane, on: &canvas, in: Rect(x: rect.x + 1, y: rect.y + 1, width: rect.width - 2, height: page))
        if let output, split.output.height > 0 {
            drawOutput(output, isFocused: pane.focus == .output, on: &canvas, in: split.output)
        }
    }

    /// Draws the visible lines.
    func draw(_ pane: DetailPane, on canvas: inout Canvas, in rect: Rect) {
        func draw(_ row: Substring, x: Int, y: Int, width: Int, style: Style, isCurrent: Bool) {
            let room = max(0, min(width, rect.x + rect.width - x))
            var cells = CellText(row, isUnicode: glyphs.isUnicode, limit: room + 1)
            if let search = pane.search?.search {
                let before = CellText(row.preceding(search.length - 1), isUnicode: glyphs.isUnicode)
                let after = CellText(row.following(search.length - 1), isUnicode: glyphs.isUnicode)
                cells.highlight(search, before: before, after: after, over: style) {
                    $0.markFound(isCurrent: isCurrent)
                }
            }
            canvas.cells(cells.cut(to: room, isUnicode: glyphs.isUnicode), x: x, y: y, style: style)
        }
        for (offset, (place, line)) in pane.text.lines(from: pane.top, count: rect.height).enumerated() {
            let y = rect.y + offset
            let isCurrent = pane.search?.current == place
            switch line {
            case .heading(let text):
                draw(text[...], x: rect.x, y: y, width: rect.width, style: .bold, isCurrent: isCurrent)
            case .text(let label, let text, let style):
                let width = DetailText.labelWidth
                draw(label[...], x: rect.x + 1, y: y, width: width - 1, style: .muted, isCurrent: isCurrent)
                draw(text, x: rect.x + width, y: y, width: rect.width - width, style: style, isCurrent: isCurrent)
            }
        }
    }
}
