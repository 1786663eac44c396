extension Canvas {
    /// Draws an empty box in the middle of a rectangle, clipped to it.
    mutating func box(width: Int, height: Int, in rect: Rect, title: String) -> Rect {
        let (width, height) = (min(width, rect.width), min(height, rect.height))
        let box = Rect(
            x: rect.x + (rect.width - width) / 2, y: rect.y + (rect.height - height) / 2, width: width, height: height)
        self.box(box, title: title, style: .accent)
        register(.overlay, in: box)
        return box
    }
}
