/// An editable text of several lines.
struct LinesField: Sendable, Hashable {
    /// The lines, never empty.
    private(set) var lines: [TextField]
    /// The index of the line with the cursor.
    private(set) var row = 0
    /// The maximum number of lines.
    static let capacity = 10_000

    init(_ texts: [String] = []) {
        lines = texts.isEmpty ? [TextField()] : texts.prefix(Self.capacity).map { TextField($0) }
    }

    /// The line with the cursor.
    var current: TextField { lines[row] }
    /// The lines with text in them.
    var texts: [String] { lines.filter { !$0.isBlank }.map(\.text) }
    var isBlank: Bool { lines.allSatisfy(\.isBlank) }
    /// Whether the cursor is in an empty line after all others.
    var isAtEmptyEnd: Bool { row == lines.count - 1 && current.isBlank }

    mutating func edit(_ change: (inout TextField) -> Bool) {
        _ = change(&lines[row])
    }

    /// Handles an editing key; Backspace and Delete join lines at their ends.
    mutating func handle(_ key: Key) {
        switch key {
        case .enter: breakLine()
        case .backspace where current.cursor == 0 && row > 0:
            let rest = lines.remove(at: row)
            row -= 1
            lines[row].append(rest)
        case .delete where current.isAtEnd && row + 1 < lines.count: lines[row].append(lines.remove(at: row + 1))
        default: _ = lines[row].handle(key)
        }
    }

    /// Moves the cursor to another line.
    ///
    /// - Returns: Whether there is such a line.
    mutating func moveRow(by step: Int) -> Bool {
        guard lines.indices.contains(row + step) else { return false }
        row += step
        return true
    }

    /// Inserts text at the cursor; its line breaks begin lines.
    mutating func insert(_ text: String) {
        let parts = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, part) in parts.enumerated() {
            if index > 0 { breakLine() }
            lines[row].insert(String(part))
        }
    }

    private mutating func breakLine() {
        guard lines.count < Self.capacity else { return }
        let rest = lines[row].splitOff()
        lines.insert(rest, at: row + 1)
        row += 1
    }
}
