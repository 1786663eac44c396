/// Text split into units of cells.
///
/// Swift cannot tell the width of a `Character` on a terminal, and terminals do not agree on grapheme clusters.
/// Therefore joiners and variation selectors are dropped, and each scalar is a unit of its own.
struct CellText: Sendable {
    struct Unit: Sendable {
        var scalar: Unicode.Scalar
        var marks: [Unicode.Scalar] = []
        /// The width in cells, 1 or 2.
        var width: Int
        /// The style; `nil` for that of the surrounding text.
        var style: Style?
    }

    var units: [Unit] = []
    /// The width in cells.
    private(set) var width = 0

    /// The maximum number of marks on a character: the capacity of an ncurses cell (CCHARW_MAX).
    static let markLimit = 4
    private static let replacement: Unicode.Scalar = "\u{FFFD}"

    /// - Parameter limit: The number of cells after which the rest of the text is ignored.
    init(_ text: some StringProtocol, isUnicode: Bool, limit: Int = .max) {
        for scalar in text.unicodeScalars {
            if width >= limit { break }
            append(scalar, isUnicode: isUnicode)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar, isUnicode: Bool) {
        // The fast path.
        if (0x20..<0x7F).contains(scalar.value) { return append(Unit(scalar: scalar, width: 1)) }
        // Tabs are common in results and errors.
        if scalar == "\t" { return append(Unit(scalar: " ", width: 1)) }
        switch Self.kind(of: scalar) {
        case .printable(let cells):
            // One question mark a cell keeps columns aligned if only ASCII can be drawn.
            if isUnicode {
                append(Unit(scalar: scalar, width: cells))
            } else {
                for _ in 0..<cells { append(Unit(scalar: "?", width: 1)) }
            }
        case .jamo:
            appendJamo(scalar, isUnicode: isUnicode)
        case .mark:
            guard isUnicode, let last = units.indices.last, units[last].marks.count < Self.markLimit else { return }
            units[last].marks.append(scalar)
        case .invisible:
            break
        case .hostile:
            append(Unit(scalar: isUnicode ? Self.replacement : "?", width: 1))
        }
    }

    mutating func append(_ unit: Unit) {
        units.append(unit)
        width += unit.width
    }

    /// The text truncated to `limit` cells, with `…` in the last cell if it is too long.
    func cut(to limit: Int, isUnicode: Bool) -> CellText {
        guard width > limit else { return self }
        var cut = self
        cut.units = []
        cut.width = 0
        for unit in units {
            guard cut.width + unit.width <= limit - 1 else { break }
            cut.append(unit)
        }
        if limit > 0 { cut.append(Unit(scalar: isUnicode ? "…" : "~", width: 1)) }
        return cut
    }

    /// The first cells of the text; half of a wide character is left out.
    func beginning(_ limit: Int) -> CellText {
        guard width > limit else { return self }
        var beginning = self
        beginning.units = []
        beginning.width = 0
        for unit in units {
            guard beginning.width + unit.width <= limit else { break }
            beginning.append(unit)
        }
        return beginning
    }

    /// The characters, without trailing spaces.
    var text: String {
        var text = ""
        for unit in units {
            text.unicodeScalars.append(unit.scalar)
            text.unicodeScalars.append(contentsOf: unit.marks)
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// The text with another style.
    func styled(_ style: Style) -> CellText {
        var text = self
        for index in units.indices { text.units[index].style = style }
        return text
    }

    /// Changes the style of all matches of a search.
    ///
    /// - Parameters:
    ///   - before, after: The ends of the neighboring rows of the same wrapped line: a match may cross them.
    ///   - style: The style of units that have none.
    mutating func highlight(
        _ search: TextSearch, before: CellText? = nil, after: CellText? = nil, over style: Style,
        _ change: (inout Style) -> Void
    ) {
        let line = (before?.units ?? []) + units + (after?.units ?? [])
        let start = before?.units.count ?? 0
        for index in search.ranges(in: line.map(\.scalar)).joined().map({ $0 - start })
        where units.indices.contains(index) {
            var changed = units[index].style ?? style
            change(&changed)
            units[index].style = changed
        }
    }

    /// The text followed by another text.
    func appending(_ other: CellText) -> CellText {
        var whole = self
        whole.units += other.units
        whole.width += other.width
        return whole
    }

    /// The text without its first cells; half of a wide character becomes a space.
    func dropping(_ cells: Int) -> CellText {
        var rest = self
        rest.units = []
        rest.width = 0
        var position = 0
        for unit in units {
            if position >= cells {
                rest.append(unit)
            } else if position + unit.width > cells {
                rest.append(Unit(scalar: " ", width: 1))
            }
            position += unit.width
        }
        return rest
    }

    /// The text wrapped into lines of at most `limit` cells, after spaces if possible; at least one line.
    func wrapped(to limit: Int) -> [CellText] {
        guard width > limit else { return [self] }
        var lines: [CellText] = []
        var line = CellText("", isUnicode: true)
        for unit in units {
            if line.width + unit.width > limit, line.width > 0 { lines.append(line.breakLine()) }
            line.append(unit)
        }
        lines.append(line)
        return lines
    }

    /// Removes and returns this line, leaving the beginning of the next.
    private mutating func breakLine() -> CellText {
        var line = self
        // A longer word is broken at the end of the line.
        let word = units.suffix(Self.wordLimit + 1).reversed().prefix { $0.scalar != " " }.reversed()
        self = CellText("", isUnicode: true)
        if word.count <= Self.wordLimit, word.count < line.units.count {
            for unit in word { append(unit) }
            line.units.removeLast(word.count)
            line.width -= width
        }
        return line
    }

    private static let wordLimit = 24
}
