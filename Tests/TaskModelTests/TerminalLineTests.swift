import TaskModel
import Testing

@Suite("Lines as a terminal shows them")
struct TerminalLineTests {
    private static func line(_ chunks: [[UInt8]]) -> TerminalLine {
        var line = TerminalLine()
        for chunk in chunks { chunk.withUnsafeBytes { line.append($0) } }
        return line
    }

    private static let texts: [(String, String)] = [
        ("plain", "plain"), ("a\tb", "a\tb"), ("1%\r2%\r3%", "3%"), ("done\r", "done"), ("a\r\r\n", "a"),
        ("longer\rx", "x"), ("abc\u{8}\u{8}d", "ad"), ("é\u{8}e", "e"), ("\u{8}a", "a"), ("ab\r\u{8}", "ab"),
        ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}[38;2;1;2;3mx\u{1B}[K", "x"), ("a\r\u{1B}[K", ""),
        ("a\u{1B}[Kb", "ab"), ("a\u{1B}[2Kb", "b"), ("a\u{1B}[1Gb", "b"), ("a\u{1B}[5Gb", "ab"),
        ("a\u{1B}[?25lb", "ab"),
        ("a\u{1B}[10Ab\u{1B}[2Jc", "abc"), ("\u{1B}]0;title\u{7}a", "a"),
        ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
        ("\u{1B}Pq#1\u{1B}\\a", "a"), ("\u{1B}]0;a\u{9C}b", "b"), ("\u{9B}31mred\u{9D}x\u{7}y", "redy"),
        ("\u{1B}(Ba", "a"), ("\u{1B}=\u{1B}>\u{1B}Ma", "a"), ("\u{1B}", ""), ("\u{1B}[", ""), ("\u{1B}[1;", ""),
        ("\u{1B}\u{1B}[1ma", "a"), ("\u{1B}[31\u{18}a", "a"), ("\u{1B}é", "é"), ("a\u{0}\u{7}\u{B}\u{7F}b", "ab"),
        ("\u{85}\u{A0}x", "\u{A0}x"), ("\u{202E}abc\u{2066}\u{2028}", "abc"), ("日本\u{1B}[0m語", "日本語"),
        ("e\u{301}", "e\u{301}"),
    ]

    @Test("controls are applied or left out, wherever the bytes are split", arguments: texts)
    func text(input: String, text: String) {
        let bytes = Array(input.utf8)
        #expect(Self.line([bytes]).text == text)
        #expect(Self.line(bytes.map { [$0] }).text == text)
    }

    @Test("bytes that are no text are replaced")
    func invalid() {
        #expect(Self.line([[0xFF, 0x61, 0xC2]]).text == "\u{FFFD}a")
        #expect(Self.line([[0xE6, 0x97], [0xA5]]).text == "日")
    }

    @Test("every text is without controls, whatever the bytes")
    func hostile() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let text = Self.line([[first, second, 0x41, 0x9B, 0xC2, 0x9B, 0x1B, 0x5B]]).text
                #expect(!text.unicodeScalars.contains { $0 != "\t" && PlainText.isControl($0) }, "\(first) \(second)")
            }
        }
    }

    @Test("a string that never ends is given up at the end of its line, and within it after 64 KiB")
    func endless() {
        var line = Self.line([Array("a\u{1B}]0;never".utf8)])
        #expect(line.end() == "a")
        Array("next".utf8).withUnsafeBytes { line.append($0) }
        #expect(line.text == "next")
        #expect(Self.line([Array(("\u{1B}]0;" + String(repeating: "x", count: 70_000)).utf8)]).text.count < 5000)
    }

    @Test("what has been taken of a long line stays, and what replaces the rest is a line of its own")
    func taking() {
        var line = Self.line([Array("long 日".utf8) + [0xE6, 0x97]])
        #expect(line.removeText() == "long 日")
        ([0xA5] + Array("\r1%\r2%".utf8)).withUnsafeBytes { line.append($0) }
        #expect(line.end() == "日\n2%")
        Array("new".utf8).withUnsafeBytes { line.append($0) }
        #expect(line.text == "new")
    }

    private static func style(_ change: (inout TerminalStyle) -> Void) -> TerminalStyle {
        var style = TerminalStyle()
        change(&style)
        return style
    }

    private static let styles: [(String, TerminalStyle)] = [
        ("", TerminalStyle()), ("0", TerminalStyle()),
        ("1;31", style { ($0.isBold, $0.foreground) = (true, .palette(1)) }),
        ("31;39", TerminalStyle()), ("1;22;2", style { $0.isFaint = true }),
        (
            "3;4;7;9",
            style {
                ($0.isItalic, $0.isUnderlined, $0.isReversed, $0.isStruck) = (true, true, true, true)
            }
        ),
        ("3;4;7;9;23;24;27;29", TerminalStyle()),
        ("94;103", style { ($0.foreground, $0.background) = (.palette(12), .palette(11)) }),
        ("38;5;200", style { $0.foreground = .palette(200) }),
        ("48;5;7;1", style { ($0.background, $0.isBold) = (.palette(7), true) }),
        ("38;2;1;2;3;4", style { ($0.foreground, $0.isUnderlined) = (.rgb(red: 1, green: 2, blue: 3), true) }),
        ("38:2::1:2:3", style { $0.foreground = .rgb(red: 1, green: 2, blue: 3) }),
        ("38:2:1:2:3", style { $0.foreground = .rgb(red: 1, green: 2, blue: 3) }),
        ("38:5:9", style { $0.foreground = .palette(9) }), ("4:3", style { $0.isUnderlined = true }),
        ("4;4:0", TerminalStyle()),
        ("38;5;999", TerminalStyle()), ("38", TerminalStyle()), ("38;5", TerminalStyle()), ("38;2;1", TerminalStyle()),
        ("99999999999999999999", TerminalStyle()), (";;1", style { $0.isBold = true }), ("8;5;73", TerminalStyle()),
    ]

    @Test("a style by its parameters", arguments: styles)
    func style(parameters: String, style: TerminalStyle) {
        var result = TerminalStyle()
        result.apply(Array(parameters.utf8))
        #expect(result == style)
    }

    @Test("text in its styles, which go on in the next line")
    func runs() {
        let red = Self.style { $0.foreground = .palette(1) }
        let bold = Self.style { ($0.foreground, $0.isBold) = (.palette(1), true) }
        var line = Self.line([Array("a\u{1B}[31mb\u{1B}[1mc\u{1B}[0md\u{1B}[31m".utf8)])
        #expect(line.endStyled() == [StyledText("a"), StyledText("b", red), StyledText("c", bold), StyledText("d")])
        Array("e\u{1B}[m\rf".utf8).withUnsafeBytes { line.append($0) }
        #expect(line.endStyled() == [StyledText("f")])
        Array("ab\u{1B}[31mcd\u{8}\u{8}\u{8}x".utf8).withUnsafeBytes { line.append($0) }
        #expect(line.styledText.map(\.text).joined() == "ax")
    }
}
