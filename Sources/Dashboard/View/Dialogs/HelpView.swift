extension DashboardModel {
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
}
