extension CellText {
    private static let consonants: ClosedRange<UInt32> = 0x1100...0x1112
    private static let vowels: ClosedRange<UInt32> = 0x1161...0x1175
    private static let finals: ClosedRange<UInt32> = 0x11A8...0x11C2
    private static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3

    /// Appends a vowel or a final consonant to the preceding syllable.
    ///
    /// Precomposed if possible (Unicode 3.12): few terminals compose syllables themselves.
    mutating func appendJamo(_ jamo: Unicode.Scalar, isUnicode: Bool) {
        guard isUnicode else { return }
        guard let last = units.indices.last, units[last].width == 2 else {
            // Without a syllable, Unicode prescribes the filler.
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

    static func isJamo(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1160...0x11FF, 0xD7B0...0xD7C6, 0xD7CB...0xD7FB: true
        default: false
        }
    }
}
