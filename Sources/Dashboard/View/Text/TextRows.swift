/// The rows of a wrapped text.
///
/// Rows are slices: of a long text, only what is visible is drawn.
struct TextRows {
    /// The maximum length of an unbroken word; longer ones are broken at the end of the row.
    static let wordLimit = 24

    /// Rows of at most `limit` cells, broken after spaces if possible; at least one.
    static func rows<Text: StringProtocol>(of text: Text, limit: Int) -> [Text.SubSequence] {
        let scalars = text.unicodeScalars
        var rows: [Text.SubSequence] = []
        var row = Extent(start: text.startIndex)
        var word = row
        var index = text.startIndex
        while index < text.endIndex {
            let scalar = scalars[index]
            let cells = CellText.cells(of: scalar)
            // A scalar without width stays on the row of the scalar that it combines with.
            while cells > 0, row.width + cells > limit, row.width > 0 {
                if word.count <= wordLimit, word.count < row.count {
                    rows.append(text[row.start..<word.start])
                    row = word
                } else {
                    rows.append(text[row.start..<index])
                    row = Extent(start: index)
                    word = row
                }
            }
            scalars.formIndex(after: &index)
            if cells > 0 { row.add(cells) }
            if scalar == " " || scalar == "\t" { word = Extent(start: index) } else if cells > 0 { word.add(cells) }
        }
        return rows + [text[row.start...]]
    }

    private struct Extent {
        let start: String.Index
        /// The number of characters with a width.
        var count = 0
        /// The width in cells.
        var width = 0

        mutating func add(_ cells: Int) {
            count += 1
            width += cells
        }
    }
}
