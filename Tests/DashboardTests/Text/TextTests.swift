import FoundationEssentials
import TestSupport
import Testing

@testable import Dashboard

@Suite("Text in cells")
struct TextTests {
    private static let words = [
        "a", "word", " ", "  ", "界", "🚀", "e\u{301}", "\u{1112}\u{1161}\u{11AB}", "\u{200B}", "\u{202E}", "\t",
        String(repeating: "x", count: 30), "wörter", "1234567890,",
    ]

    @Test("decomposed Hangul is composed")
    func hangul() {
        let syllables = "한국어 값 가각힣"
        let parts = syllables.unicodeScalars.map { scalar -> String in
            guard scalar.value >= 0xAC00 else { return String(scalar) }
            let index = scalar.value - 0xAC00
            let (consonant, vowel, final) = (index / 588, index % 588 / 28, index % 28)
            return String(
                String.UnicodeScalarView(
                    [0x1100 + consonant, 0x1161 + vowel, 0x11A7 + final].filter { $0 != 0x11A7 }.compactMap(
                        Unicode.Scalar.init)))
        }.joined()
        #expect(parts.unicodeScalars.count > syllables.unicodeScalars.count)
        let text = CellText(parts, isUnicode: true)
        #expect(text.units.map(\.scalar) == Array(syllables.unicodeScalars))
        #expect(text.width == CellText(syllables, isUnicode: true).width)
        #expect(CellText(parts, isUnicode: false).width == text.width)
    }

    @Test("Hangul that cannot be composed is stacked, or placed on a filler")
    func oldHangul() {
        // An old consonant with a vowel; a syllable with two final consonants; a vowel alone.
        let text = CellText("\u{1140}\u{1161}\u{AC01}\u{11A8}x\u{1161}", isUnicode: true)
        #expect(text.units.map(\.scalar) == ["\u{1140}", "\u{AC01}", "x", "\u{115F}"])
        #expect(text.units.map(\.marks) == [["\u{1161}"], ["\u{11A8}"], [], ["\u{1161}"]])
        #expect(text.width == 7)
    }

    @Test("rows contain the whole text, fit, and break as lines of the log do", arguments: 0..<30)
    func rows(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Self.words.randomElement(using: &random) ?? ""
            }.joined()
            let limit = Int.random(in: 2...60, using: &random)
            let rows = TextRows.rows(of: text, limit: limit)
            #expect(rows.map { String($0) }.joined().unicodeScalars.elementsEqual(text.unicodeScalars))
            for row in rows { #expect(CellText(row, isUnicode: true).width <= limit) }
            let lines = CellText(text, isUnicode: true).wrapped(to: limit)
            guard lines.allSatisfy({ $0.width <= limit }) else { continue }
            #expect(
                rows.map { CellText($0, isUnicode: true).units.map(\.scalar) } == lines.map { $0.units.map(\.scalar) })
        }
    }

    @Test("a tab is a space, in Unicode and in ASCII", arguments: [true, false])
    func tab(isUnicode: Bool) {
        #expect(CellText("a\tb", isUnicode: isUnicode).text == "a b")
        #expect(TextRows.rows(of: "one\ttwo", limit: 5) == ["one\t", "two"])
    }

    @Test("a field inserts text as a whole as it does by character, up to its limit", arguments: 0..<20)
    func fields(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let texts = Self.words.map { $0.replacing("\t", with: " ") }
        var (whole, single) = (TextField("ab"), TextField("ab"))
        for _ in 0..<100 {
            let key: Key = [.left, .right, .home, .end, .backspace, .delete].randomElement(using: &random) ?? .left
            _ = whole.handle(key)
            _ = single.handle(key)
            let text = texts.randomElement(using: &random) ?? ""
            let before = whole.revision
            whole.insert(text)
            #expect(whole.revision > before)
            for scalar in text.unicodeScalars { _ = single.handle(.character(scalar)) }
            #expect(whole.text == single.text)
            #expect(whole.cursor == single.cursor)
        }
        var full = TextField(String(repeating: "x", count: 99_999))
        _ = full.handle(.home)
        full.insert("yy")
        #expect(full.text.count == 100_000)
        #expect(full.text.hasPrefix("yx"))
        full.insert("z")
        #expect(full.text.hasPrefix("yx"))
    }

    @Test("a field shows the text around the cursor")
    func excerpts() {
        let text = (0..<10_000).map { "\($0)," }.joined()
        for moves in [0, 1, 20, 300] {
            var field = TextField(text)
            for _ in 0..<moves { _ = field.handle(.left) }
            var canvas = Canvas(size: Size(width: 40, height: 1), isUnicode: true)
            canvas.edit(field, x: 0, y: 0, width: 40)
            let cursor = text.count - moves
            let seen = text.dropFirst(max(0, cursor - 39)).prefix(40)
            #expect(canvas.frame.text.hasPrefix(seen.dropLast(moves > 0 ? 1 : 0)))
            #expect(canvas.frame.cursor == Position(x: 39, y: 0))
        }
    }

    @Test("scalars on the fast path are printable and one cell wide")
    func ordinary() {
        var count = 0
        for value in UInt32(0)...0x30000 {
            guard let scalar = Unicode.Scalar(value), CellText.isOrdinary(scalar) else { continue }
            count += 1
            let category = scalar.properties.generalCategory
            #expect(
                ![.control, .format, .nonspacingMark, .enclosingMark, .unassigned, .lineSeparator].contains(category))
            #expect(!scalar.properties.isEmojiPresentation)
        }
        #expect(count == 0x115)
    }
}
