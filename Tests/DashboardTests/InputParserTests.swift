import Dashboard
import TestSupport
import Testing

@testable import Terminal

/// What a terminal sends, and what it means here.
struct InputSample: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let inputs: [TerminalInput]

    init(_ name: String, _ text: String, _ inputs: TerminalInput...) {
        (self.name, bytes, self.inputs) = (name, Array(text.utf8), inputs)
    }

    init(_ name: String, bytes: [UInt8], _ inputs: TerminalInput...) {
        (self.name, self.bytes, self.inputs) = (name, bytes, inputs)
    }

    var testDescription: String { name }

    static let answers = [
        InputSample("XTVERSION", "\u{1B}P>|tmux 3.5a\u{1B}\\"),
        InputSample("DECRQSS", "\u{1B}P1$r0;4mKyt\u{1B}\\"),
        InputSample("XTGETTCAP", "\u{1B}P1+r544e=787465726d\u{1B}\\"),
        InputSample("DA3", "\u{1B}P!|7E565445\u{1B}\\"),
        InputSample("DCS with escapes doubled", "\u{1B}Ptmux;\u{1B}\u{1B}\\"),
        InputSample("OSC 11, ended by ST", "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\"),
        InputSample("OSC 10, ended by BEL", "\u{1B}]10;rgb:dddd/dddd/dddd\u{7}"),
        InputSample("OSC 52", "\u{1B}]52;c;S3l0S3l0\u{1B}\\"),
        InputSample("title", "\u{1B}]ltaskdeck — Kyt 界\u{1B}\\"),
        InputSample("APC of kitty's graphics", "\u{1B}_Gi=31;OK\u{1B}\\"),
        InputSample("PM", "\u{1B}^Kyt\u{1B}\\"),
        InputSample("SOS", "\u{1B}XKyt\u{7}t\u{1B}\\"),
        InputSample("OSC broken off by CAN", "\u{1B}]11;Kyt\u{18}"),
        InputSample("DCS broken off by SUB", "\u{1B}PKyt\u{1A}"),
        InputSample("DCS broken off by an answer", "\u{1B}PKyt\u{1B}[?62;22c"),
        InputSample("CSI broken off by CAN", "\u{1B}[8;2\u{18}"),
        InputSample("CSI broken off by an answer", "\u{1B}[8;2\u{1B}]10;t\u{7}"),
        InputSample("size of the window", "\u{1B}[8;24;80t"),
        InputSample("DA1", "\u{1B}[?62;22c"),
        InputSample("DA2", "\u{1B}[>41;354;0c"),
        InputSample("position of the cursor", "\u{1B}[24;80R"),
        InputSample("mode, DEC's", "\u{1B}[?2026;2$y"),
        InputSample("mode, ANSI's", "\u{1B}[4;2$y"),
        InputSample("kitty's keyboard", "\u{1B}[?0u"),
        InputSample("focus", "\u{1B}[I\u{1B}[O"),
        InputSample("long CSI", "\u{1B}[" + String(repeating: "1;", count: 5000) + "t"),
        InputSample("CSI with a private marker of a key", "\u{1B}[?1A\u{1B}[>5~\u{1B}[=200~"),
        InputSample("ST alone", "\u{1B}\\"),
    ]

    static let keys = [
        InputSample("characters", "aé界🚀", .char("a"), .char("é"), .char("界"), .char("🚀")),
        InputSample(
            "controls", "\r\t\u{7F}\u{3}\u{1A}", .key(.enter), .key(.tab), .key(.backspace), .control("c"),
            .control("z")),
        InputSample(
            "cursor keys", "\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", .key(.up), .key(.down), .key(.right), .key(.left)),
        InputSample(
            "cursor keys of applications", "\u{1B}OA\u{1B}OB\u{1B}OH\u{1B}OF", .key(.up), .key(.down), .key(.home),
            .key(.end)),
        InputSample(
            "editing keys", "\u{1B}[1~\u{1B}[3~\u{1B}[5~\u{1B}[6~\u{1B}[8~\u{1B}[Z", .key(.home), .key(.delete),
            .key(.pageUp), .key(.pageDown), .key(.end), .key(.backTab)),
        InputSample("keypad", "\u{1B}OM\u{1B}Op\u{1B}Oj", .key(.enter)),
        InputSample("keys with modifiers", "\u{1B}[1;5A\u{1B}[3;2~\u{1B}O5A\u{1B}[a\u{1B}Oa\u{1B}[97;5u\u{1B}[27;5;9~"),
        InputSample("function keys", "\u{1B}OP\u{1B}[15~\u{1B}[24;2~\u{1B}[23^\u{1B}[23@"),
        InputSample("rxvt's keys with Shift", "\u{1B}[23$\u{1B}[3$"),
        InputSample("the Linux console's function keys", "\u{1B}[[A\u{1B}[[E"),
        InputSample("Alt and a letter, which is Escape and a letter", "\u{1B}j", .key(.escape), .char("j")),
        InputSample("Escape twice, and a cursor key", "\u{1B}\u{1B}\u{1B}[A", .key(.escape), .key(.escape), .key(.up)),
        InputSample("a control character in a sequence", "\u{1B}[1;\u{C}5A", .control("l")),
        InputSample("a character in a sequence", "\u{1B}[8;2é", .char("é")),
    ]

    static let others = [
        InputSample(
            "mouse, X10", bytes: Array("\u{1B}[M ".utf8) + [43, 0xE0],
            .mouse(MouseEvent(.press, at: Position(x: 10, y: 191)))),
        InputSample(
            "mouse, X10, letters as places", "\u{1B}[M#Ky\u{1B}[M`tt",
            .mouse(MouseEvent(.wheelUp, at: Position(x: 83, y: 83)))),
        InputSample(
            "mouse, SGR", "\u{1B}[<0;11;192M\u{1B}[<0;11;192m\u{1B}[<35;1;1M",
            .mouse(MouseEvent(.press, at: Position(x: 10, y: 191)))),
        InputSample(
            "wheel, SGR, with Control", "\u{1B}[<80;1;2M\u{1B}[<65;300;2M",
            .mouse(MouseEvent(.wheelUp, at: Position(x: 0, y: 1))),
            .mouse(MouseEvent(.wheelDown, at: Position(x: 299, y: 1)))),
        InputSample("mouse, SGR, outside", "\u{1B}[<0;0;5M\u{1B}[<0;5M\u{1B}[<M"),
        InputSample("pasted text", "\u{1B}[200~Ky 界\r\nq\rt\n\u{1B}[201~", .paste("Ky 界\nq\nt\n")),
        InputSample(
            "pasted sequences", "\u{1B}[200~\u{1B}[A\u{1B}[20\u{1B}[200~\u{1B}]\u{1B}[201~",
            .paste("\u{1B}[A\u{1B}[20\u{1B}[200~\u{1B}]")),
        InputSample("nothing pasted", "\u{1B}[200~\u{1B}[201~\u{1B}[201~", .paste("")),
    ]
}

extension TerminalInput {
    fileprivate static func char(_ scalar: Unicode.Scalar) -> TerminalInput { .key(.character(scalar)) }
    fileprivate static func control(_ scalar: Unicode.Scalar) -> TerminalInput { .key(.control(scalar)) }
}

extension KeySequences {
    /// What is most unlike ECMA-48 in descriptions, beside xterm's usual keys.
    fileprivate static var odd: KeySequences {
        var sequences = KeySequences()
        for (text, key) in [("\u{1B}OA", Key.up), ("\u{1B}OB", .down), ("\u{1B}[Z", .backTab), ("\u{7F}", .backspace)] {
            sequences.insert(text.utf8, key: key)
        }
        // A prefix of another; without a meaning here; not ended as control sequences are.
        for (text, key) in [("\u{1}@", Key.home), ("\u{1}@\r", .end)] { sequences.insert(text.utf8, key: key) }
        for text in ["\u{1B}OP", "\u{1B}[[A", "\u{1B}[11~", "\u{1B}[23$", "\u{1B}[8;9"] {
            sequences.insert(text.utf8, key: nil)
        }
        return sequences
    }
}

@Suite("The bytes from a terminal")
struct InputParserTests {
    private static let samples = InputSample.answers + InputSample.keys + InputSample.others
    private static let parsers = [InputParser(), InputParser(.odd)]

    @Test("every sequence means the same wherever it is cut, and the key after it is a key", arguments: samples)
    func cuts(sample: InputSample) {
        let bytes = sample.bytes + Array("x".utf8)
        let expected = sample.inputs + [.key(.character("x"))]
        for fresh in Self.parsers {
            var parser = fresh
            #expect(parser.parse(bytes) == expected)
            for cut in bytes.indices.prefix(200) {
                var parser = fresh
                let inputs = parser.parse(bytes[..<cut]) + parser.parse(bytes[cut...])
                #expect(inputs == expected, "cut before byte \(cut)")
                #expect(parser.timeout == nil)
            }
            var single = fresh
            let inputs = bytes.flatMap { single.parse([$0]) }
            #expect(inputs == expected)
        }
    }

    @Test("nothing of an answer is a key")
    func answers() {
        for fresh in Self.parsers {
            var parser = fresh
            for sample in InputSample.answers { #expect(parser.parse(sample.bytes) == [], "\(sample.name)") }
            #expect(parser.timeout == nil)
        }
    }

    @Test("any bytes, cut anywhere, mean what they mean in one piece", arguments: 0..<50)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        for _ in 0..<200 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.append(.random(in: 0...255, using: &random))
            case 1: bytes.append(Array("\u{1B}[]OPM200~;<$\\\u{7}".utf8).randomElement(using: &random) ?? 0)
            default:
                let sample = Self.samples.randomElement(using: &random)?.bytes ?? []
                bytes += sample.prefix(.random(in: 1...max(1, sample.count), using: &random))
            }
        }
        for fresh in Self.parsers {
            var whole = fresh
            let expected = whole.parse(bytes) + whole.expire()
            var parser = fresh
            var inputs: [TerminalInput] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(.random(in: 1...9, using: &random))
                rest = rest.dropFirst(piece.count)
                inputs += parser.parse(piece)
            }
            #expect(inputs + parser.expire() == expected)
        }
    }

    // MARK: - Time

    @Test("an escape alone is Escape after a short time; the beginning of a sequence waits longer, and is no key")
    func timeouts() {
        var parser = InputParser(.odd, escapeTimeout: .milliseconds(50), sequenceTimeout: .seconds(1))
        #expect(parser.timeout == nil)
        #expect(parser.parse([0x1B]) == [])
        #expect(parser.timeout == .milliseconds(50))
        #expect(parser.expire() == [.key(.escape)])
        _ = parser.expire()
        #expect(parser.timeout == nil)
        for beginning in [
            "\u{1B}[", "\u{1B}[8;24", "\u{1B}O", "\u{1B}]11;rgb", "\u{1B}P", "\u{1B}[[", "\u{1B}[M ", "\u{1B}_x\u{1B}",
        ] {
            #expect(parser.parse(Array(beginning.utf8)) == [])
            #expect(parser.timeout == .seconds(1), "\(beginning.dropFirst())")
            #expect(parser.expire() == [])
            #expect(parser.timeout == nil)
            #expect(parser.parse(Array("t".utf8)) == [.char("t")])
        }
        #expect(Self.timeoutOfSequences(escapeTimeout: .seconds(3)) == .seconds(3))
    }

    private static func timeoutOfSequences(escapeTimeout: Duration) -> Duration? {
        var parser = InputParser(escapeTimeout: escapeTimeout)
        _ = parser.parse(Array("\u{1B}[".utf8))
        return parser.timeout
    }

    @Test("a key that is the beginning of another waits no longer than Escape")
    func prefixes() {
        var parser = InputParser(.odd)
        #expect(parser.parse([1]) == [])
        #expect(parser.timeout == .milliseconds(50))
        #expect(parser.expire() == [.control("a")])
        #expect(parser.parse(Array("\u{1}@".utf8)) == [])
        #expect(parser.expire() == [.key(.home)])
        #expect(parser.parse(Array("\u{1}@x\u{1}@\r".utf8)) == [.key(.home), .char("x"), .key(.end)])
    }

    @Test(
        "the rest of a sequence whose escape came long before is no key",
        arguments: InputSample.answers + InputSample.others)
    func slowLines(sample: InputSample) {
        guard sample.bytes.dropFirst().first != UInt8(ascii: "\\") else { return }
        for fresh in Self.parsers {
            var parser = fresh
            _ = parser.parse(sample.bytes.prefix(1))
            #expect(parser.expire() == [.key(.escape)])
            #expect(parser.parse(sample.bytes.dropFirst()) == sample.inputs)
        }
    }

    @Test("keys after Escape are keys", arguments: ["P", "O", "X", "j", "^"])
    func keysAfterEscape(key: String) {
        var parser = InputParser()
        _ = parser.parse([0x1B])
        #expect(parser.expire() == [.key(.escape)])
        #expect(parser.parse(Array(key.utf8)) == key.unicodeScalars.map { .key(.character($0)) })
        #expect(parser.parse(Array("jj".utf8)) == [.char("j"), .char("j")])
    }

    @Test("a string without end leaves the keyboard dead for a moment at most")
    func endless() {
        for introducer in ["\u{1B}]", "\u{1B}P", "\u{1B}[", "\u{1B}O"] {
            var parser = InputParser()
            #expect(parser.parse(Array(introducer.utf8)) == [])
            for _ in 0..<100 { #expect(parser.parse([UInt8](repeating: UInt8(ascii: "1"), count: 10_000)) == []) }
            #expect(parser.timeout != nil)
            #expect(parser.expire() == [])
            #expect(parser.parse(Array("x".utf8)) == [.char("x")])
            // Or two keys: Escape, and any other.
            _ = parser.parse(Array((introducer + "11111").utf8))
            _ = parser.parse([0x1B])
            _ = parser.expire()
            #expect(parser.parse(Array("x".utf8)) == [.char("x")])
        }
    }

    @Test("characters that come in pieces, and bytes that are none")
    func text() {
        var parser = InputParser()
        #expect(parser.parse([0xE7, 0x95]) == [])
        #expect(parser.timeout != nil)
        #expect(parser.expire() == [])
        #expect(parser.parse([0x8C, 0xC3, 0x78]) == [.char("\u{FFFD}"), .char("\u{FFFD}"), .char("x")])
        // Overlong, surrogate, too large, C1 in UTF-8: none of them steers anything.
        for bytes: [UInt8] in [[0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
            let inputs = parser.parse(bytes)
            #expect(!inputs.isEmpty && inputs.allSatisfy { $0 == .char("\u{FFFD}") })
        }
        #expect(parser.parse([0xC2, 0x9B, 0x41]) == [.char("A")])
    }

    @Test("8-bit controls where the encoding has them, and nowhere else")
    func eightBit() {
        let latin = TextEncoding.singleByte((0x80...0xFF).map { Unicode.Scalar($0 as UInt8) })
        var parser = InputParser(encoding: latin)
        #expect(parser.parse([0x9B, 0x41, 0xE9, 0x9D, 0x74, 0x9C, 0x78]) == [.key(.up), .char("é"), .char("x")])
        var utf8 = InputParser()
        #expect(utf8.parse([0x9B, 0x41]) == [.char("\u{FFFD}"), .char("A")])
        // The second byte of this letter is the CSI of eight bits.
        #expect(utf8.parse(Array("Û[A".utf8)) == [.char("Û"), .char("["), .char("A")])
    }

    // MARK: - Pasted text

    @Test("a paste waits for its end mark as long as it takes; Escape or Ctrl-C alone ends one without")
    func lostEndMark() {
        for key: UInt8 in [0x1B, 0x03] {
            var parser = InputParser()
            #expect(parser.parse(Array("\u{1B}[200~Ky".utf8)) == [])
            #expect(parser.timeout == nil)
            #expect(parser.expire() == [])
            #expect(parser.parse(Array("tt".utf8)) == [])
            #expect(parser.parse([key]) == [])
            #expect(parser.timeout == .seconds(1))
            #expect(parser.expire() == [.paste("Kytt")])
            _ = parser.expire()
            #expect(parser.parse(Array("x".utf8)) == [.char("x")])
        }
        // The end mark after all.
        var parser = InputParser()
        #expect(parser.parse(Array("\u{1B}[200~Ky\u{1B}".utf8)) == [])
        #expect(parser.expire() == [.paste("Ky")])
        #expect(parser.parse(Array("[201~x".utf8)) == [.char("x")])
    }

    @Test("of a paste without measure a part is kept")
    func longPaste() throws {
        var parser = InputParser()
        _ = parser.parse(Array("\u{1B}[200~".utf8))
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
        for _ in 0..<20 { #expect(parser.parse(piece) == []) }
        let inputs = parser.parse(Array("\u{1B}[201~".utf8))
        guard case .paste(let text)? = inputs.first else {
            throw TextMissing(text: "a paste", screen: "\(inputs.count)")
        }
        #expect(text.utf8.count == InputParser.pasteLimit)
    }

    @Test("an escape that is forgotten is no key, and what belongs to it is none either")
    func forgetting() {
        for fresh in Self.parsers {
            var parser = fresh
            _ = parser.parse([0x1B])
            parser.forgetEscape()
            #expect(parser.expire() == [])
            _ = parser.parse([0x1B])
            parser.forgetEscape()
            #expect(parser.parse(Array("[8;24;80t".utf8)) == [])
            #expect(parser.parse(Array("x".utf8)) == [.char("x")])
        }
    }
}
