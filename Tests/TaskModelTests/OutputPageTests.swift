import JSON
import TaskModel
import TestSupport
import Testing

@Suite("Pages of output as JSON")
struct OutputPageTests {
    private static func place(_ file: UInt64, _ offset: Int) -> OutputPlace { OutputPlace(file: file, offset: offset) }

    private static func cursor(_ output: OutputPlace, _ error: OutputPlace) -> OutputCursor {
        var cursor = OutputCursor(output)
        cursor[.standardError] = error
        return cursor
    }

    @Test("what was a page is one again")
    func page() throws {
        var bold = TerminalStyle()
        bold.isBold = true
        bold.foreground = .rgb(red: 1, green: 20, blue: 255)
        let page = OutputPage(
            attempt: 3,
            lines: [
                OutputLine(
                    .standardError, [StyledText("plain "), StyledText("bold", bold), StyledText(" \"é\\")],
                    isContinued: true, start: Self.place(.max, 0), end: Self.place(.max, 17)),
                OutputLine(.standardOutput, [], start: Self.place(7, 1), end: Self.place(7, 2)),
            ],
            openLines: [
                OutputLine(.standardOutput, [StyledText("5 %")], start: Self.place(7, 2), end: Self.place(7, 3))
            ],
            start: Self.cursor(Self.place(7, 1), Self.place(.max, 0)),
            end: Self.cursor(Self.place(7, 2), Self.place(.max, 17)), isContinuation: false, hasEarlier: true,
            hasLater: true)
        #expect(try JSONCoding.decode(OutputPage.self, from: JSONCoding.encode(page)) == page)
    }

    @Test("a cursor is one text", arguments: [(0, 0, "0.0-0.0"), (35, 12, "z.12-z.12")] as [(UInt64, Int, String)])
    func cursor(file: UInt64, offset: Int, text: String) {
        let cursor = OutputCursor(Self.place(file, offset))
        #expect("\(cursor)" == text)
        #expect(OutputCursor(text) == cursor)
    }

    @Test(
        "other texts are no cursors",
        arguments: [
            "", "0.0", "0.0-", "0.0-0.0-0.0", "0-0", ".0-0.0", "0.-0.0", "+1.0-0.0", "0.+1-0.0", "0.-1-0.0", "é.0-0.0",
            "zzzzzzzzzzzzzzzzzzzz.0-0.0", "0.99999999999999999999-0.0", "0.0-0.0 ",
        ])
    func malformed(text: String) { #expect(OutputCursor(text) == nil) }

    @Test("styles of any kind are the same again")
    func styles() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                StyledText(["a", "b c", "é", "[1m", "m"].randomElement(using: &random) ?? "", Self.style(&random))
            }
            let read = [StyledText](withSequences: text.textWithSequences)
            // Neighbors in one style may have become one.
            #expect(Self.characters(of: read) == Self.characters(of: text), "seed \(seed)")
        }
    }

    private static func characters(of text: [StyledText]) -> [StyledText] {
        text.flatMap { part in part.text.map { StyledText(String($0), part.style) } }
    }

    private static func style(_ random: inout SeededGenerator) -> TerminalStyle {
        var style = TerminalStyle()
        func color() -> TerminalColor? {
            let number = UInt8.random(in: 0...255, using: &random)
            return [nil, .palette(number), .rgb(red: number, green: 0, blue: 255)].randomElement(using: &random) ?? nil
        }
        (style.foreground, style.background) = (color(), color())
        style.isBold = Bool.random(using: &random)
        style.isFaint = Bool.random(using: &random)
        style.isItalic = Bool.random(using: &random)
        style.isUnderlined = Bool.random(using: &random)
        style.isReversed = Bool.random(using: &random)
        style.isStruck = Bool.random(using: &random)
        return style
    }

    @Test(
        "what is no style has no effect on the terminal",
        arguments: [
            ("\u{1B}[2Jx", "[2Jx"), ("a\u{1B}", "a"), ("\u{1B}]0;title\u{7}", "]0;title\u{7}"), ("\u{1B}[1", "[1"),
            ("\u{1B}[1;éma", "[1;éma"),
        ])
    func others(text: String, shown: String) {
        let read = [StyledText](withSequences: text)
        #expect(read.map(\.text).joined() == shown)
        #expect(read.allSatisfy { $0.style == TerminalStyle() })
    }
}
