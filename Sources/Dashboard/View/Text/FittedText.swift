/// A text in the cells of a terminal, without what would control it.
package struct FittedText: Sendable {
    package let text: String
    /// In cells.
    package let width: Int

    /// Fits a text into a number of cells; one that is too long ends with `…`, or `~` in ASCII.
    ///
    /// - Parameter isUnicode: whether characters besides ASCII can be shown.
    package init(_ text: some StringProtocol, isUnicode: Bool, limit: Int = .max) {
        // The fast path: what most cells of a table have.
        if Self.isPlain(text), text.utf8.count <= limit, text.last != " " {
            self.text = String(text)
            width = text.utf8.count
            return
        }
        // One more than fits, so that it is known to be too long.
        let cells = CellText(text, isUnicode: isUnicode, limit: limit == .max ? limit : limit + 1)
            .cut(to: limit, isUnicode: isUnicode)
        self.text = cells.text
        // Trailing spaces are not in the text.
        width = CellText(cells.text, isUnicode: isUnicode).width
    }

    /// The number of cells of a text.
    package static func width(_ text: some StringProtocol, isUnicode: Bool) -> Int {
        isPlain(text) ? text.utf8.count : CellText(text, isUnicode: isUnicode).width
    }

    /// Whether every byte of a text is a cell.
    private static func isPlain(_ text: some StringProtocol) -> Bool {
        // Contiguous bytes are compared without a call for each.
        text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy { (0x20..<0x7F).contains($0) } } ?? false
    }
}
