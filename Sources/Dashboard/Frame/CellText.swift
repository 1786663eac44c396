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
        switch Self.kind(of: scalar) {
        case .printable(let cells):
            // Where only ASCII can be drawn, a question mark for every cell keeps columns in place.
            if isUnicode {
                append(Unit(scalar: scalar, width: cells))
            } else {
                for _ in 0..<cells { append(Unit(scalar: "?", width: 1)) }
            }
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

// MARK: - What a scalar is to a terminal

extension CellText {
    enum Kind: Equatable {
        case printable(cells: Int)
        /// Stands on the character before it.
        case mark
        /// Takes no room and shows nothing: joiners, variation selectors, soft hyphens.
        case invisible
        /// Would steer the terminal, turn the direction of text around, or is no character.
        case hostile
    }

    static func kind(of scalar: Unicode.Scalar) -> Kind {
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
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            true
        // A regional indicator is half a flag, and drawn as a letter of one cell.
        case 0x1F1E6...0x1F1FF: false
        default: scalar.properties.isEmojiPresentation
        }
    }
}
