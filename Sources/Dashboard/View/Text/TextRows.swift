/// The rows that a text takes on lines of a certain width.
///
/// Remembers where they begin and not what they look like, so that of a long text only what is seen is drawn.
struct TextRows {
    /// A word of more characters than this is no word; it is cut where the line ends.
    static let wordLimit = 24

    /// Rows of at most `limit` cells, broken behind spaces where there are any; at least one.
    static func rows<Text: StringProtocol>(of text: Text, limit: Int) -> [Text.SubSequence] {
        let scalars = text.unicodeScalars
        var rows: [Text.SubSequence] = []
        var row = Extent(start: text.startIndex)
        var word = row
        var index = text.startIndex
        while index < text.endIndex {
            let scalar = scalars[index]
            let cells = CellText.cells(of: scalar)
            // What takes no room stays on the row of what it stands on.
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
        /// Characters that take room.
        var count = 0
        /// In cells.
        var width = 0

        mutating func add(_ cells: Int) {
            count += 1
            width += cells
        }
    }
}
