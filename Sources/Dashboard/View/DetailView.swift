import TaskModel

extension DashboardModel {
    func drawDetail(_ pane: DetailPane, on canvas: inout Canvas, in rect: Rect) {
        let page = rect.height - 1
        let count = pane.text.count
        let last = min(pane.top + page, count)
        let position = count > page ? "\(pane.top + 1)-\(last) of \(count) lines" : "all"
        drawTitle("task \(name(pane.id))", position, on: &canvas, in: rect)
        for (offset, line) in pane.text.lines(from: pane.top, count: page).enumerated() {
            let y = rect.y + 1 + offset
            switch line {
            case .heading(let text): canvas.text(text, x: 1, y: y, style: .bold)
            case .text(let label, let text, let style):
                canvas.text(label, x: 2, y: y, width: DetailText.labelWidth - 1, style: .muted)
                canvas.text(text, x: 1 + DetailText.labelWidth, y: y, style: style)
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
    private func drawTitle(_ title: String, _ right: String, on canvas: inout Canvas, in rect: Rect) {
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
