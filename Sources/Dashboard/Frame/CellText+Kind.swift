extension CellText {
    enum Kind: Equatable {
        case printable(cells: Int)
        /// Combines with the preceding character.
        case mark
        /// A vowel or a final consonant of Hangul: part of the preceding syllable.
        case jamo
        /// Has no width and no glyph: joiners, variation selectors, soft hyphens.
        case invisible
        /// A control character, a change of text direction, or not a character.
        case hostile
    }

    static func kind(of scalar: Unicode.Scalar) -> Kind {
        // Dashes, lines, bars and symbols are in every row: looking up their category takes a tenth of a frame.
        if isOrdinary(scalar) { return .printable(cells: 1) }
        if isJamo(scalar) { return .jamo }
        switch scalar.properties.generalCategory {
        case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return .hostile
        case .nonspacingMark, .enclosingMark:
            // Variation selectors are marks by category, but select glyphs that terminals do not agree on.
            return (0xFE00...0xFE0F).contains(scalar.value) || (0xE0100...0xE01EF).contains(scalar.value)
                ? .invisible : .mark
        case .format:
            return isDirectional(scalar) ? .hostile : .invisible
        default:
            return .printable(cells: isWide(scalar) ? 2 : 1)
        }
    }

    /// The width of a scalar in cells.
    static func cells(of scalar: Unicode.Scalar) -> Int {
        if (0x20..<0x7F).contains(scalar.value) { return 1 }
        return switch kind(of: scalar) {
        case .printable(let cells): cells
        case .mark, .jamo, .invisible: 0
        case .hostile: 1
        }
    }

    /// Whether a scalar is punctuation, a box, a block or a geometric shape: printable and one cell wide.
    static func isOrdinary(_ scalar: Unicode.Scalar) -> Bool {
        (0x2500...0x25FC).contains(scalar.value) || (0x2010...0x2027).contains(scalar.value)
    }

    private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether a scalar is in an East Asian wide or fullwidth block (Unicode Annex 11), or an emoji.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x1100: false
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18D7F, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            true
        // Terminals draw a regional indicator as a letter of one cell.
        case 0x1F1E6...0x1F1FF: false
        default: scalar.properties.isEmojiPresentation
        }
    }
}
