import Dashboard

/// A table of texts, in columns.
struct TextTable {
    /// A column, and what becomes of it where there is no room.
    struct Column {
        let title: String
        /// Whether numbers end below each other.
        var alignsRight = false
        /// Dropped first where it is the greatest; 0 for never.
        var dispensability = 0
        /// The fewest cells that are worth showing; `nil` if the text is never truncated.
        var minimum: Int?
    }

    struct Cell {
        var text: String
        var color = TextColor.plain
    }

    private static let gap = 2

    let columns: [Column]
    var rows: [[Cell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// The lines with the heading first, none wider than the terminal.
    func lines(for terminal: ShellTerminal) -> [String] {
        let widths = widths(within: terminal.width, isUnicode: terminal.isUnicode)
        let heading = columns.map { Cell(text: $0.title, color: .bold) }
        return ([heading] + rows).map { line($0, widths, terminal) }
    }

    private func line(_ cells: [Cell], _ widths: [Int?], _ terminal: ShellTerminal) -> String {
        // Lines do not end with blanks.
        let last = widths.indices.last { widths[$0] != nil && !cells[$0].text.isEmpty }
        var line = ""
        for (index, width) in widths.enumerated() {
            guard let width, index <= last ?? -1 else { continue }
            let text = FittedText(cells[index].text, isUnicode: isUnicode(terminal), limit: width)
            let padding = String(repeating: " ", count: width - text.width)
            let shown = terminal.colored(text.text, cells[index].color)
            if columns[index].alignsRight {
                line += padding + shown
            } else {
                line += shown + (index == last ? "" : padding)
            }
            if index != last { line += String(repeating: " ", count: Self.gap) }
        }
        return line
    }

    /// Nothing is replaced for programs.
    private func isUnicode(_ terminal: ShellTerminal) -> Bool { terminal.isUnicode || !terminal.isTerminal }

    /// The width of every column; `nil` for one that is not shown.
    private func widths(within limit: Int?, isUnicode: Bool) -> [Int?] {
        let natural = columns.indices.map { index in
            rows.reduce(columns[index].title.count) { max($0, FittedText.width($1[index].text, isUnicode: isUnicode)) }
        }
        guard let limit else { return natural }
        var shown = Set(columns.indices)
        while true {
            let room = limit - Self.gap * (shown.count - 1)
            let widths = shrunk(natural, shown, to: room)
            if shown.reduce(0, { $0 + widths[$1] }) <= room || shown.count == 1 { return masked(widths, shown) }
            let dispensable = shown.filter { columns[$0].dispensability > 0 }
            guard let next = dispensable.max(by: { columns[$0].dispensability < columns[$1].dispensability }) else {
                return masked(widths, shown)
            }
            shown.remove(next)
        }
    }

    private func masked(_ widths: [Int], _ shown: Set<Int>) -> [Int?] {
        widths.indices.map { shown.contains($0) ? widths[$0] : nil }
    }

    /// Truncates the columns that allow it, the widest first, until all fit or have their minimum.
    private func shrunk(_ natural: [Int], _ shown: Set<Int>, to room: Int) -> [Int] {
        var widths = natural
        for _ in 0..<max(0, shown.reduce(0) { $0 + natural[$1] } - room) {
            let shrinkable = shown.filter { index in columns[index].minimum.map { $0 < widths[index] } ?? false }
            guard let widest = shrinkable.max(by: { (widths[$0], $1) < (widths[$1], $0) }) else { break }
            widths[widest] -= 1
        }
        return widths
    }
}
