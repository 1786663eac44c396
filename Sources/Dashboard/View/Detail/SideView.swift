import TaskModel

extension DashboardModel {
    /// Draws the selected task beside the table, with a vertical line between them.
    func drawSide(on canvas: inout Canvas, in rect: Rect) {
        canvas.fill(Rect(x: rect.x, y: rect.y, width: 1, height: rect.height), glyphs.vertical, style: .border)
        let inner = Rect(x: rect.x + 1, y: rect.y, width: rect.width - 1, height: rect.height)
        let title = Rect(x: inner.x, y: inner.y, width: inner.width, height: 1)
        canvas.fill(title, glyphs.horizontal, style: .border)
        guard let side, let record = tasks.rows[side.id]?.record else {
            canvas.text(" no task ", x: inner.x + 1, y: inner.y, width: inner.width - 2, style: .muted)
            return
        }
        canvas.register(.action(.detail), in: inner)
        let split = sideSplit
        let page = split.text.height
        let last = min(side.top + page, side.text.count)
        let position = side.text.count > page ? " \(side.top + 1)-\(last) of \(side.text.count) " : ""
        let end = inner.x + inner.width - 1 - position.count
        var x = canvas.text(
            " \(name(record.id)) \(record.type) ", x: inner.x + 1, y: inner.y, width: end - inner.x - 1, style: .bold)
        x = canvas.text(
            "\(glyphs.symbol(record.state)) \(record.state.rawValue) ", x: x, y: inner.y, width: max(0, end - x),
            style: Style(Style.Role(record.state)))
        canvas.text(position, x: end, y: inner.y)
        let lines = Rect(x: inner.x + 1, y: inner.y + 1, width: inner.width - 2, height: page)
        draw(side, on: &canvas, in: lines)
        if let output = sideOutput {
            drawOutput(output, isFocused: focus == .output, on: &canvas, in: split.output)
        }
    }
}
