/// A row of wrapped output.
struct OutputRow: Sendable, Hashable, Comparable {
    /// The number of the line.
    var line: Int
    /// The row within the line.
    var row = 0

    static func < (left: OutputRow, right: OutputRow) -> Bool {
        (left.line, left.row) < (right.line, right.row)
    }
}

/// The room for output on the screen.
struct OutputPageSize: Sendable, Hashable {
    /// The number of rows.
    let rows: Int
    /// The width of the text, in cells.
    let width: Int
}
