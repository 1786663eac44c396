/// A text in the cells of a terminal, without what would control it.
package struct FittedText: Sendable {
    package let text: String
    /// In cells.
    package let width: Int

    /// Fits a text into a number of cells; one that is too long ends with `…`, or `~` in ASCII.
    ///
    /// - Parameter isUnicode: whether characters besides ASCII can be shown.
    package init(_ text: some StringProtocol, isUnicode: Bool, limit: Int = .max) {
        // One more than fits, so that it is known to be too long.
        let cells = CellText(text, isUnicode: isUnicode, limit: limit == .max ? limit : limit + 1)
            .cut(to: limit, isUnicode: isUnicode)
        self.text = cells.text
        // Trailing spaces are not in the text.
        width = CellText(cells.text, isUnicode: isUnicode).width
    }

    /// The number of cells of a text.
    package static func width(_ text: some StringProtocol, isUnicode: Bool) -> Int {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text.utf8.count }
        return CellText(text, isUnicode: isUnicode).width
    }
}
