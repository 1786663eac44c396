extension DashboardModel {
    func drawPrompt(_ prompt: Prompt, on canvas: inout Canvas, in rect: Rect) {
        let box = canvas.box(width: 64, height: 5, in: rect, title: prompt.title(glyphs))
        let room = max(0, box.width - 4)
        // The prompt appears once it can be answered.
        guard prompt.isShown else { return }
        // Reversed like a selection: typing replaces it.
        let textStyle = Style(.plain, reversed: prompt.state == .prefilled)
        canvas.edit(prompt.field, x: box.x + 2, y: box.y + 1, width: room, style: textStyle)
        let (text, style): (String, Style) =
            if case .rejected(let problem) = prompt.state { (problem, Style(.error)) } else { (prompt.hint, .muted) }
        if box.height > 4 { canvas.text(text, x: box.x + 2, y: box.y + 2, width: room, style: style) }
    }
}
