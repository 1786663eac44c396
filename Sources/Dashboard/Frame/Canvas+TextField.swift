extension Canvas {
    /// Draws a text field, scrolled so that the cursor is visible.
    mutating func edit(_ field: TextField, x: Int, y: Int, width: Int, style: Style = .plain) {
        guard width > 0 else { return }
        let excerpt = field.excerpt(around: width)
        let before = CellText(excerpt.beforeCursor, isUnicode: isUnicode).width
        let offset = max(0, before - width + 1)
        let text = CellText(
            excerpt.beforeCursor + excerpt.afterCursor, isUnicode: isUnicode, limit: offset + width + 2
        ).dropping(offset)
        cells(text.cut(to: width, isUnicode: isUnicode), x: x, y: y, style: style)
        setCursor(Position(x: x + before - offset, y: y))
    }
}
