extension DashboardModel {
    func drawDetail(_ pane: DetailPane, on canvas: inout Canvas, in rect: Rect) {
        let page = rect.height - 1
        let count = pane.text.count
        let last = min(pane.top + page, count)
        var marks: [String] = []
        if let search = pane.search?.search { marks.append("search: \(search.text)") }
        if let index = tasks.order.firstIndex(of: pane.id) { marks.append("task \(index + 1) of \(tasks.order.count)") }
        marks.append(count > page ? "\(pane.top + 1)-\(last) of \(count) lines" : "all")
        drawTitle("task \(name(pane.id))", marks.joined(separator: "  "), on: &canvas, in: rect)
        draw(pane, on: &canvas, in: Rect(x: rect.x + 1, y: rect.y + 1, width: rect.width - 2, height: page))
    }

    /// Draws the lines that are in view.
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

    func drawHelp(from top: Int, on canvas: inout Canvas, in rect: Rect) {
        let lines = HelpText.lines
        let page = rect.height - 1
        let last = min(top + page, lines.count)
        drawTitle("help", lines.count > page ? "\(top + 1)-\(last) of \(lines.count) lines" : "", on: &canvas, in: rect)
        for (offset, line) in lines.dropFirst(top).prefix(page).enumerated() {
            let y = rect.y + 1 + offset
            switch line {
            case .heading(let text): canvas.text(text, x: 1, y: y, style: .bold)
            case .key(let key, let explanation):
                canvas.text(key, x: 3, y: y, width: HelpText.keyWidth - 1, style: .accent)
                canvas.text(explanation, x: 3 + HelpText.keyWidth, y: y, width: rect.width - HelpText.keyWidth - 4)
            }
        }
    }

    /// Clears a part of the screen and puts a line with a title at its top.
    func drawTitle(_ title: String, _ right: String, on canvas: inout Canvas, in rect: Rect) {
        canvas.fill(rect)
        canvas.note(.overlay, in: rect)
        let line = Rect(x: rect.x, y: rect.y, width: rect.width, height: 1)
        canvas.fill(line, glyphs.horizontal, style: .accent)
        let x = canvas.text(" \(title) ", x: rect.x + 1, y: rect.y, style: .bold)
        if !right.isEmpty, x + right.count + 3 < rect.width {
            canvas.textEnding(at: rect.x + rect.width - 1, " \(right) ", y: rect.y, width: right.count + 2)
        }
    }
}

/// The help, made of the same table as the keys themselves.
enum HelpText {
    enum Line: Sendable, Hashable {
        case heading(String)
        case key(String, explanation: String)
    }

    static let keyWidth = 18

    static let lines: [Line] = {
        var lines: [Line] = []
        for group in DashboardAction.Group.allCases {
            lines.append(.heading(group.rawValue))
            for action in DashboardAction.allCases where action.entry.group == group {
                lines.append(.key(action.entry.label, explanation: action.entry.explanation))
            }
        }
        lines.append(.heading("Function keys"))
        lines += DashboardAction.functionKeys.map { .key($0.keys, explanation: $0.explanation) }
        lines.append(.heading("Moving about"))
        lines += Motion.explanation.map { .key($0.keys, explanation: $0.explanation) }
        lines.append(.heading("Mouse"))
        lines.append(.key("click", explanation: "select; again: open; headings sort; the last line acts"))
        lines.append(.key("Shift-click", explanation: "the terminal's own selection, to copy text"))
        return lines
    }()

    /// Lines that a screen shows at once.
    static func page(on size: Size) -> Int {
        ScreenLayout(size: size, logIsFull: false).detailLines
    }
}
