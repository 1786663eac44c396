extension DashboardModel {
    /// Clears a rectangle and draws a title line at its top.
    func drawTitle(_ title: String, _ right: String, on canvas: inout Canvas, in rect: Rect) {
        canvas.fill(rect)
        canvas.register(.overlay, in: rect)
        let line = Rect(x: rect.x, y: rect.y, width: rect.width, height: 1)
        canvas.fill(line, glyphs.horizontal, style: .accent)
        let x = canvas.text(" \(title) ", x: rect.x + 1, y: rect.y, style: .bold)
        if !right.isEmpty, x + right.count + 3 < rect.width {
            canvas.textEnding(at: rect.x + rect.width - 1, " \(right) ", y: rect.y, width: right.count + 2)
        }
    }
}
