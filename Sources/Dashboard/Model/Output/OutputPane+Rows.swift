// The rows of wrapped lines.
extension OutputPane {
    private func rowCount(of number: Int, _ page: OutputPageSize) -> Int {
        wraps ? entry(number).rowCount(wrappedTo: page.width) : 1
    }

    /// The last row of the window; `nil` without lines.
    func lastRow(_ page: OutputPageSize) -> OutputRow? {
        guard let last = numbers.last else { return nil }
        return OutputRow(line: last, row: rowCount(of: last, page) - 1)
    }

    /// The last row on the screen; `nil` without lines.
    func bottomRow(_ page: OutputPageSize) -> OutputRow? {
        guard let last = lastRow(page) else { return nil }
        guard case .pinned(let row) = position, row < last else { return last }
        // The line may have been dropped, or may have become shorter.
        guard numbers.contains(row.line) else { return OutputRow(line: numbers.lowerBound) }
        return OutputRow(line: row.line, row: min(row.row, rowCount(of: row.line, page) - 1))
    }

    /// The row at a distance, and the part of the distance that is beyond the window.
    func moved(_ from: OutputRow, by distance: Int, _ page: OutputPageSize) -> (row: OutputRow, rest: Int) {
        var (row, rest) = (from, abs(distance))
        while rest > 0 {
            if distance < 0 {
                let step = min(rest, row.row)
                row.row -= step
                rest -= step
                guard rest > 0, row.line > numbers.lowerBound else { break }
                row = OutputRow(line: row.line - 1)
                row.row = rowCount(of: row.line, page) - 1
            } else {
                let step = min(rest, rowCount(of: row.line, page) - 1 - row.row)
                row.row += step
                rest -= step
                guard rest > 0, row.line + 1 < numbers.upperBound else { break }
                row = OutputRow(line: row.line + 1)
            }
            rest -= 1
        }
        return (row, rest)
    }

    /// The position with a row at the top of the screen, as far as there are rows below it.
    func pinned(at top: OutputRow, _ page: OutputPageSize, isTop: Bool = true) -> Position {
        let (bottom, rest) = isTop ? moved(top, by: max(0, page.rows - 1), page) : (top, 0)
        return rest > 0 && !hasLater ? .following : .pinned(bottom)
    }

    /// The rows on the screen, from top to bottom.
    func visibleRows(_ page: OutputPageSize) -> [OutputRow] {
        guard let bottom = bottomRow(page), page.rows > 0 else { return [] }
        var row = moved(bottom, by: 1 - page.rows, page).row
        var rows = [row]
        while rows.count < page.rows {
            let (next, rest) = moved(row, by: 1, page)
            if rest > 0 { break }
            row = next
            rows.append(row)
        }
        return rows
    }
}
