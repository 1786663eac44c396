/// What the looks of a text on a task depend on, besides the task.
struct DetailLayout: Sendable {
    /// Of the whole text, in cells.
    let width: Int
    /// The rows on the screen, which a brief text fills.
    var rows = 0
    let glyphs: Glyphs
    let localTime: LocalTime

    /// Cells beside the labels.
    var room: Int { max(1, width - DetailText.labelWidth) }

    /// The first lines that have room, the last of them saying how many have none.
    func excerpt(of lines: [DetailLine], rows: Int) -> [DetailLine] {
        guard lines.count > rows else { return lines }
        let hidden = "\(glyphs.ellipsis) \(lines.count - rows + 1) more lines (Enter)"
        return lines.prefix(rows - 1) + [.text(label: "", hidden[...], .muted)]
    }
}

/// Equal where lines that have been written for one are those for the other.
extension DetailLayout: Equatable {
    static func == (left: DetailLayout, right: DetailLayout) -> Bool {
        left.width == right.width && left.glyphs.isUnicode == right.glyphs.isUnicode
    }
}
