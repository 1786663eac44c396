/// Text cut into what cells can hold.
///
/// Swift's `Character` cannot be asked how wide a terminal draws it, and terminals do not agree on
/// clusters anyway: so joiners and variation selectors are dropped, and every scalar stands alone.
struct CellText: Sendable {
    struct Unit: Sendable {
        var scalar: Unicode.Scalar
        var marks: [Unicode.Scalar] = []
        /// In cells, 1 or 2.
        var width: Int
        /// How it looks; `nil` for as the text around it.
        var style: Style?
    }

    var units: [Unit] = []
    /// In cells.
    private(set) var width = 0

    /// The most marks on one character: as many as a cell of ncurses holds (CCHARW_MAX).
    static let markLimit = 4
    private static let replacement: Unicode.Scalar = "\u{FFFD}"

    /// - Parameter limit: cells after which reading stops: the rest cannot be seen.
    init(_ text: some StringProtocol, isUnicode: Bool, limit: Int = .max) {
        for scalar in text.unicodeScalars {
            if width >= limit { break }
            append(scalar, isUnicode: isUnicode)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar, isUnicode: Bool) {
        // The usual case, first because it is.
        if (0x20..<0x7F).contains(scalar.value) { return append(Unit(scalar: scalar, width: 1)) }
        // Common in results and errors, and harmless as a space.
        if scalar == "\t" { return append(Unit(scalar: " ", width: 1)) }
        switch Self.kind(of: scalar) {
        case .printable(let cells):
            // Where only ASCII can be drawn, a question mark for every cell keeps columns in place.
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

    /// The first units that have room, the last cell showing `…` if any did not.
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

    /// The characters, without spaces at the end.
    var text: String {
        var text = ""
        for unit in units {
            text.unicodeScalars.append(unit.scalar)
            text.unicodeScalars.append(contentsOf: unit.marks)
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// This text in a style of its own.
    func styled(_ style: Style) -> CellText {
        var text = self
        for index in units.indices { text.units[index].style = style }
        return text
    }

    /// Changes the looks of what a search finds; `style` is that of the text where it has none of its own.
    ///
    /// - Parameters:
    ///   - before, after: the ends of the rows beside, of one wrapped line: what is found may begin or end there.
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

    /// This text and another behind it.
    func appending(_ other: CellText) -> CellText {
        var whole = self
        whole.units += other.units
        whole.width += other.width
        return whole
    }

    /// Without the first cells; half a wide character becomes a space.
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

    /// Lines of at most `limit` cells, broken behind spaces where there are any; at least one.
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

    /// Takes off what belongs on this line, leaving the beginning of the next.
    private mutating func breakLine() -> CellText {
        var line = self
        // A word longer than this is no word; it is cut where the line ends.
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
