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

    private(set) var units: [Unit] = []
    /// In cells.
    private(set) var width = 0

    /// The most marks on one character: as many as a cell of ncurses holds (CCHARW_MAX).
    private static let markLimit = 4
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

    private mutating func append(_ unit: Unit) {
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

// MARK: - Hangul

extension CellText {
    private static let consonants: ClosedRange<UInt32> = 0x1100...0x1112
    private static let vowels: ClosedRange<UInt32> = 0x1161...0x1175
    private static let finals: ClosedRange<UInt32> = 0x11A8...0x11C2
    private static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3

    /// Appends a vowel or a final consonant to the syllable before it.
    ///
    /// As one character if there is one (Unicode 3.12): few terminals put syllables together themselves.
    private mutating func appendJamo(_ jamo: Unicode.Scalar, isUnicode: Bool) {
        guard isUnicode else { return }
        guard let last = units.indices.last, units[last].width == 2 else {
            // Nothing to stand on: the filler is what Unicode has for that.
            return append(Unit(scalar: "\u{115F}", marks: [jamo], width: 2))
        }
        if units[last].marks.isEmpty, let syllable = Self.syllable(units[last].scalar, jamo) {
            units[last].scalar = syllable
        } else if units[last].marks.count < Self.markLimit {
            units[last].marks.append(jamo)
        }
    }

    private static func syllable(_ base: Unicode.Scalar, _ jamo: Unicode.Scalar) -> Unicode.Scalar? {
        if consonants.contains(base.value), vowels.contains(jamo.value) {
            let (consonant, vowel) = (base.value - consonants.lowerBound, jamo.value - vowels.lowerBound)
            return Unicode.Scalar(syllables.lowerBound + (consonant * 21 + vowel) * 28)
        }
        // Every 28th syllable has no final consonant.
        guard syllables.contains(base.value), (base.value - syllables.lowerBound) % 28 == 0,
            finals.contains(jamo.value)
        else { return nil }
        return Unicode.Scalar(base.value + jamo.value - finals.lowerBound + 1)
    }

    private static func isJamo(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1160...0x11FF, 0xD7B0...0xD7C6, 0xD7CB...0xD7FB: true
        default: false
        }
    }
}

// MARK: - What a scalar is to a terminal

extension CellText {
    enum Kind: Equatable {
        case printable(cells: Int)
        /// Stands on the character before it.
        case mark
        /// A vowel or a final consonant of Hangul: a part of the syllable before it.
        case jamo
        /// Takes no room and shows nothing: joiners, variation selectors, soft hyphens.
        case invisible
        /// Would steer the terminal, turn the direction of text around, or is no character.
        case hostile
    }

    static func kind(of scalar: Unicode.Scalar) -> Kind {
        // Dashes, lines, bars and symbols, which every row has: to look up what they are takes a tenth of a frame.
        if isOrdinary(scalar) { return .printable(cells: 1) }
        if isJamo(scalar) { return .jamo }
        switch scalar.properties.generalCategory {
        case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return .hostile
        case .nonspacingMark, .enclosingMark:
            // Variation selectors are marks by category, but choose between shapes that terminals
            // do not agree on.
            return (0xFE00...0xFE0F).contains(scalar.value) || (0xE0100...0xE01EF).contains(scalar.value)
                ? .invisible : .mark
        case .format:
            return isDirectional(scalar) ? .hostile : .invisible
        default:
            return .printable(cells: isWide(scalar) ? 2 : 1)
        }
    }

    /// The cells that a scalar takes.
    static func cells(of scalar: Unicode.Scalar) -> Int {
        if (0x20..<0x7F).contains(scalar.value) { return 1 }
        return switch kind(of: scalar) {
        case .printable(let cells): cells
        case .mark, .jamo, .invisible: 0
        case .hostile: 1
        }
    }

    /// Punctuation, boxes, blocks and geometric shapes: printable, and of one cell.
    static func isOrdinary(_ scalar: Unicode.Scalar) -> Bool {
        (0x2500...0x25FC).contains(scalar.value) || (0x2010...0x2027).contains(scalar.value)
    }

    private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// The blocks that are East Asian wide or full-width (Unicode Annex 11), and emoji.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x1100: false
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18D7F, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            true
        // A regional indicator is half a flag, and drawn as a letter of one cell.
        case 0x1F1E6...0x1F1FF: false
        default: scalar.properties.isEmojiPresentation
        }
    }
}
