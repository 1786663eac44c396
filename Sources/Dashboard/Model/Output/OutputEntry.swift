import TaskModel

/// A line of output with values computed once for the pane.
struct OutputEntry: Sendable, Hashable {
    let stream: ProgramStream
    let start: OutputPlace
    let end: OutputPlace
    /// The text in its styles, with spaces instead of tabs.
    let runs: [StyledText]
    /// The width in cells.
    let width: Int
    /// The approximate memory of the text, in bytes.
    let size: Int
    /// Whether every character is one byte and one cell.
    private let isASCII: Bool

    private static let tabWidth = 8

    init(_ line: OutputLine) {
        (stream, start, end) = (line.stream, line.start, line.end)
        var (width, size, isASCII) = (0, 0, true)
        runs = line.text.map { run in
            var run = run
            if run.text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
                width += run.text.utf8.count
            } else {
                run.text = Self.expanded(run.text, column: &width)
                if !run.text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { isASCII = false }
            }
            size += run.text.utf8.count
            return run
        }
        (self.width, self.size, self.isASCII) = (width, size + MemoryLayout<OutputEntry>.size, isASCII)
    }

    /// The text with spaces instead of tabs.
    private static func expanded(_ text: String, column: inout Int) -> String {
        var expanded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\t" {
                let count = tabWidth - column % tabWidth
                expanded.append(contentsOf: repeatElement(" ", count: count))
                column += count
            } else {
                expanded.append(scalar)
                column += CellText.cells(of: scalar)
            }
        }
        return String(expanded)
    }

    /// The text without styles.
    var plainText: String { runs.map(\.text).joined() }

    /// The number of rows if it is wrapped to a width.
    func rowCount(wrappedTo room: Int) -> Int { max(1, (width + room - 1) / max(1, room)) }

    /// A part of the text, in its styles: at most `count` cells from a column on.
    func cells(from column: Int, count: Int, isUnicode: Bool) -> CellText {
        var text = CellText("", isUnicode: isUnicode)
        guard isASCII else {
            for run in runs where text.width < column + count {
                let cells = CellText(run.text, isUnicode: isUnicode, limit: column + count - text.width)
                text = text.appending(cells.styled(Style(program: run.style)))
            }
            return text.dropping(column).beginning(count)
        }
        var position = 0
        for run in runs where position < column + count {
            let bytes = run.text.utf8
            let (first, last) = (max(0, column - position), min(bytes.count, column + count - position))
            if first < last {
                let start = bytes.index(bytes.startIndex, offsetBy: first)
                let part = run.text[start..<bytes.index(start, offsetBy: last - first)]
                text = text.appending(CellText(part, isUnicode: isUnicode).styled(Style(program: run.style)))
            }
            position += bytes.count
        }
        return text
    }
}
