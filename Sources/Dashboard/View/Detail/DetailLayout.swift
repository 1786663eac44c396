/// The layout of the text about a task.
struct DetailLayout: Sendable {
    /// The width of the text, in cells.
    let width: Int
    /// The rows on the screen, for a brief text; 0 if output is shown below it.
    var rows = 0
    let glyphs: Glyphs
    let localTime: LocalTime

    /// The width beside the labels, in cells.
    var room: Int { max(1, width - DetailText.labelWidth) }

    /// The first lines, with a last line that counts the others.
    func excerpt(of lines: [DetailLine], rows: Int) -> [DetailLine] {
        guard lines.count > rows else { return lines }
        let hidden = "\(glyphs.ellipsis) \(lines.count - rows + 1) more lines (Enter)"
        return lines.prefix(rows - 1) + [.text(label: "", hidden[...], .muted)]
    }
}

/// Equal layouts produce equal lines.
extension DetailLayout: Equatable {
    static func == (left: DetailLayout, right: DetailLayout) -> Bool {
        left.width == right.width && left.rows == right.rows && left.glyphs.isUnicode == right.glyphs.isUnicode
    }
}
