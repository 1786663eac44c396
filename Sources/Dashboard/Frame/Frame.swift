/// The contents of the screen: rows of styled cells.
///
/// Every row has as many cells as the frame is wide; a wide character is followed by the cell of its right half. All
/// characters are printable, so none controls the terminal.
package struct Frame: Sendable, Equatable {
    package let size: Size
    package private(set) var rows: [[Cell]]
    /// The cursor; `nil` if no text is being edited.
    package var cursor: Position?

    package init(size: Size) {
        self.size = size
        rows = Array(repeating: Array(repeating: .blank, count: size.width), count: size.height)
    }

    /// Sets a character of one or two cells; a wide character that is half covered becomes blank.
    ///
    /// Characters outside the screen are ignored.
    mutating func put(_ cell: Cell, width: Int, at position: Position) {
        guard rows.indices.contains(position.y), position.x >= 0, position.x + width <= size.width else { return }
        detach(position.x, row: position.y)
        if width == 2 { detach(position.x + 1, row: position.y) }
        rows[position.y][position.x] = cell
        if width == 2 { rows[position.y][position.x + 1] = Cell(nil, style: cell.style) }
    }

    /// Blanks the other half of a wide character at `x`.
    private mutating func detach(_ x: Int, row: Int) {
        if rows[row][x].scalar == nil, x > 0 { rows[row][x - 1] = Cell(" ", style: rows[row][x - 1].style) }
        if x + 1 < size.width, rows[row][x + 1].scalar == nil {
            rows[row][x + 1] = Cell(" ", style: rows[row][x + 1].style)
        }
    }

    /// Changes the style of the cells in a rectangle.
    mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
        for y in rect.rows.clamped(to: 0..<size.height) {
            for x in rect.columns.clamped(to: 0..<size.width) { change(&rows[y][x].style) }
        }
    }

    /// The frame as plain text without trailing spaces, for comparison in tests.
    package var text: String {
        rows.map { row in
            var line = ""
            for cell in row {
                guard let scalar = cell.scalar else { continue }
                line.unicodeScalars.append(scalar)
                line.unicodeScalars.append(contentsOf: cell.marks)
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
