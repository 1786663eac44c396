/// Draws text into a frame and registers click targets.
struct Canvas {
    private(set) var frame: Frame
    let isUnicode: Bool
    private var regions: [(rect: Rect, target: ClickTarget)] = []

    init(size: Size, isUnicode: Bool) {
        frame = Frame(size: size)
        self.isUnicode = isUnicode
    }

    var size: Size { frame.size }
    var glyphs: Glyphs { isUnicode ? .unicode : .ascii }

    /// Draws text from column `x` on, truncated to `width` cells.
    ///
    /// - Returns: The column after the text.
    @discardableResult
    mutating func text(
        _ text: some StringProtocol, x: Int, y: Int, width: Int = .max, style: Style = .plain
    ) -> Int {
        let room = min(width, size.width - x)
        guard room > 0, y >= 0, y < size.height else { return x }
        // One cell more than there is room for shows whether the text must be truncated.
        return cells(
            CellText(text, isUnicode: isUnicode, limit: room + 1).cut(to: room, isUnicode: isUnicode), x: x, y: y,
            style: style)
    }

    /// Draws right-aligned text that ends before column `end`.
    mutating func textEnding(at end: Int, _ text: String, y: Int, width: Int, style: Style = .plain) {
        let cut = CellText(text, isUnicode: isUnicode, limit: width + 1).cut(to: width, isUnicode: isUnicode)
        cells(cut, x: end - cut.width, y: y, style: style)
    }

    /// Draws text that is already truncated.
    @discardableResult
    mutating func cells(_ text: CellText, x: Int, y: Int, style: Style) -> Int {
        var x = x
        for unit in text.units {
            frame.put(
                Cell(unit.scalar, marks: unit.marks, style: unit.style ?? style), width: unit.width,
                at: Position(x: x, y: y))
            x += unit.width
        }
        return x
    }

    /// Fills a rectangle with a character.
    mutating func fill(_ rect: Rect, _ scalar: Unicode.Scalar = " ", style: Style = .plain) {
        for y in rect.rows {
            for x in rect.columns { frame.put(Cell(scalar, style: style), width: 1, at: Position(x: x, y: y)) }
        }
    }

    mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
        frame.restyle(rect, change)
    }

    /// Draws an empty box with a border and a title.
    mutating func box(_ rect: Rect, title: String, style: Style) {
        fill(rect)
        guard rect.width >= 2, rect.height >= 2 else { return }
        let (right, bottom) = (rect.x + rect.width - 1, rect.y + rect.height - 1)
        for y in [rect.y, bottom] {
            fill(Rect(x: rect.x, y: y, width: rect.width, height: 1), glyphs.horizontal, style: style)
        }
        for x in [rect.x, right] {
            fill(Rect(x: x, y: rect.y, width: 1, height: rect.height), glyphs.vertical, style: style)
        }
        for (x, y, corner) in [
            (rect.x, rect.y, glyphs.upperLeft), (right, rect.y, glyphs.upperRight), (rect.x, bottom, glyphs.lowerLeft),
            (right, bottom, glyphs.lowerRight),
        ] { fill(Rect(x: x, y: y, width: 1, height: 1), corner, style: style) }
        text(" \(title) ", x: rect.x + 2, y: rect.y, width: rect.width - 4, style: .bold)
    }

    mutating func setCursor(_ position: Position) {
        frame.cursor = position
    }

    // MARK: - Clicks

    /// Registers a click target above all earlier ones.
    mutating func register(_ target: ClickTarget, in rect: Rect) {
        regions.append((rect, target))
    }

    func target(at position: Position) -> ClickTarget? {
        regions.last { $0.rect.contains(position) }?.target
    }
}
