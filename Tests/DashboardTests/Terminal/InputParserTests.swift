import Dashboard
import TestSupport
import Testing

@testable import Terminal

extension KeySequences {
    /// The most unusual sequences of terminal descriptions, and common keys of xterm.
    fileprivate static var odd: KeySequences {
        var sequences = KeySequences()
        for (text, key) in [("\u{1B}OA", Key.up), ("\u{1B}OB", .down), ("\u{1B}[Z", .backTab), ("\u{7F}", .backspace)] {
            sequences.insert(text.utf8, key: key)
        }
        // A prefix of another sequence; one without a key; one that does not end like a control sequence.
        for (text, key) in [("\u{1}@", Key.home), ("\u{1}@\r", .end)] { sequences.insert(text.utf8, key: key) }
        for text in ["\u{1B}OP", "\u{1B}[[A", "\u{1B}[11~"] { sequences.insert(text.utf8, key: .function(1)) }
        for text in ["\u{1B}[1;2P", "\u{1B}[25~", "\u{1B}[23$", "\u{1B}[8;9"] {
            sequences.insert(text.utf8, key: nil)
        }
        return sequences
    }
}

@Suite("Parsing the bytes of a terminal")
struct InputParserTests {
    private static let samples = InputSample.answers + InputSample.keys + InputSample.others
    private static let parsers = [InputParser(), InputParser(.odd)]

    @Test("every sequence can be split anywhere, and the key after it is a key", arguments: samples)
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

    @Test("terminal reports produce no keys")
    func answers() {
        for fresh in Self.parsers {
            var parser = fresh
            for sample in InputSample.answers { #expect(parser.parse(sample.bytes) == [], "\(sample.name)") }
            #expect(parser.timeout == nil)
        }
    }

    @Test("random bytes parse the same in pieces as at once", arguments: 0..<50)
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

    @Test("a lone escape is a key after a short timeout; an incomplete sequence is dropped after a longer one")
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

    @Test("a key that is a prefix of another key has the short timeout")
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
        "the late rest of a sequence produces no keys",
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

    @Test("a sequence split by pauses produces no keys", arguments: samples)
    func pauses(sample: InputSample) {
        let bytes = sample.bytes + Array("x".utf8)
        // Escape is reported for a lone escape.
        let expected = (sample.inputs + [.char("x")]).filter { $0 != .key(.escape) }
        let places = bytes.indices.prefix(sample.bytes.count > 200 ? 6 : 60)
        for fresh in Self.parsers {
            for first in places {
                for second in places where second > first {
                    for pauses in [[true, true], [true, false], [false, true]] {
                        let inputs = Self.inputs(
                            fresh, [bytes[..<first], bytes[first..<second], bytes[second...]], pauses: pauses + [false])
                        #expect(inputs == expected, "cut before bytes \(first) and \(second), \(pauses)")
                    }
                }
            }
            let single = bytes.indices.map { bytes[$0...$0] }
            #expect(Self.inputs(fresh, single, pauses: bytes.map { _ in true }) == expected, "byte by byte")
        }
    }

    /// The inputs of pieces except Escape, with some pauses between the two timeouts.
    private static func inputs(_ fresh: InputParser, _ pieces: [ArraySlice<UInt8>], pauses: [Bool]) -> [TerminalInput] {
        var parser = fresh
        var inputs: [TerminalInput] = []
        for (piece, isPause) in zip(pieces, pauses) where !piece.isEmpty {
            inputs += parser.parse(piece)
            if isPause, let timeout = parser.timeout, timeout < .seconds(1) { inputs += parser.expire() }
        }
        return inputs.filter { $0 != .key(.escape) }
    }

    @Test(
        "a key after Escape is a key; one that may begin a sequence is delayed", arguments: ["P", "O", "j"])
    func keysAfterEscape(key: String) {
        var parser = InputParser()
        _ = parser.parse([0x1B])
        #expect(parser.expire() == [.key(.escape)])
        #expect(parser.timeout == .milliseconds(300))
        if key == "j" {
            #expect(parser.parse(Array("j".utf8)) == [.char("j")])
        } else {
            #expect(parser.parse(Array(key.utf8)) == [])
        }
        _ = parser.expire()
        _ = parser.parse([0x1B])
        _ = parser.expire()
        _ = parser.expire()
        #expect(parser.parse(Array((key + "j").utf8)) == (key + "j").unicodeScalars.map { .key(.character($0)) })
    }

    @Test("an unterminated string blocks keys only until the timeout")
    func endless() {
        for introducer in ["\u{1B}]", "\u{1B}P", "\u{1B}[", "\u{1B}O"] {
            var parser = InputParser()
            #expect(parser.parse(Array(introducer.utf8)) == [])
            for _ in 0..<100 { #expect(parser.parse([UInt8](repeating: UInt8(ascii: "1"), count: 10_000)) == []) }
            #expect(parser.timeout != nil)
            #expect(parser.expire() == [])
            #expect(parser.parse(Array("x".utf8)) == [.char("x")])
            // Alternatively two keys end it: Escape and any other.
            _ = parser.parse(Array((introducer + "11111").utf8))
            _ = parser.parse([0x1B])
            _ = parser.expire()
            #expect(parser.parse(Array("x".utf8)) == [.char("x")])
        }
    }

    @Test("characters may be split, and invalid bytes become replacement characters")
    func text() {
        var parser = InputParser()
        #expect(parser.parse([0xE7, 0x95]) == [])
        #expect(parser.timeout != nil)
        #expect(parser.expire() == [])
        #expect(parser.parse([0x8C, 0xC3, 0x78]) == [.char("\u{FFFD}"), .char("\u{FFFD}"), .char("x")])
        // Overlong, surrogate, too large, C1 in UTF-8: all are replaced.
        for bytes: [UInt8] in [[0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
            let inputs = parser.parse(bytes)
            #expect(!inputs.isEmpty && inputs.allSatisfy { $0 == .char("\u{FFFD}") })
        }
        #expect(parser.parse([0xC2, 0x9B, 0x41]) == [.char("A")])
    }

    @Test("8-bit controls exist only in encodings that have them")
    func eightBit() {
        let latin = TextEncoding.singleByte((0x80...0xFF).map { Unicode.Scalar($0 as UInt8) })
        var parser = InputParser(encoding: latin)
        #expect(parser.parse([0x9B, 0x41, 0xE9, 0x9D, 0x74, 0x9C, 0x78]) == [.key(.up), .char("é"), .char("x")])
        var utf8 = InputParser()
        #expect(utf8.parse([0x9B, 0x41]) == [.char("\u{FFFD}"), .char("A")])
        // The second byte of this letter is an 8-bit CSI.
        #expect(utf8.parse(Array("Û[A".utf8)) == [.char("Û"), .char("["), .char("A")])
    }

    // MARK: - Pasted text

    @Test("a paste has no timeout; a lone Escape or Ctrl-C ends one without an end mark")
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
        // With a late end mark.
        var parser = InputParser()
        #expect(parser.parse(Array("\u{1B}[200~Ky\u{1B}".utf8)) == [])
        #expect(parser.expire() == [.paste("Ky")])
        #expect(parser.parse(Array("[201~x".utf8)) == [.char("x")])
    }

    @Test("a huge paste is truncated")
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

    @Test("a discarded escape is not a key, and the rest of its sequence is not either")
    func forgetting() {
        for fresh in Self.parsers {
            var parser = fresh
            _ = parser.parse([0x1B])
            parser.discardEscape()
            #expect(parser.expire() == [])
            _ = parser.parse([0x1B])
            parser.discardEscape()
            #expect(parser.parse(Array("[8;24;80t".utf8)) == [])
            #expect(parser.parse(Array("x".utf8)) == [.char("x")])
        }
    }
}
