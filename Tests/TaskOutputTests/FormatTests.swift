import Glibc
import TaskModel
import TaskOutput
import Testing

@Suite("What is in a log, and how it is read")
struct FormatTests {
    struct Example: Sendable {
        let chunks: [(ProgramStream, String)]
        /// Without times.
        let records: [String]
        let raw: String
        let text: String

        init(_ chunks: [(ProgramStream, String)], _ records: [String], raw: String? = nil, text: String) {
            self.chunks = chunks
            self.records = records
            self.raw = raw ?? chunks.map(\.1).joined()
            self.text = text
        }
    }

    private static let examples: [Example] = [
        Example([(.standardOutput, "a\nb\n")], ["stdout F a", "stdout F b"], text: "a\nb\n"),
        Example([(.standardError, "a\n")], ["stderr F a"], text: "a\n"),
        Example([(.standardOutput, "\n\n")], ["stdout F ", "stdout F "], text: "\n\n"),
        Example([(.standardOutput, "no end")], ["stdout P no end"], text: "no end"),
        // A line that comes in parts is one record.
        Example([(.standardOutput, "a"), (.standardOutput, "b\n")], ["stdout F ab"], text: "ab\n"),
        Example(
            [(.standardOutput, "out"), (.standardError, "err\n"), (.standardOutput, "put\n")],
            ["stderr F err", "stdout F output"], raw: "err\noutput\n", text: "err\noutput\n"),
        Example(
            [(.standardOutput, "out"), (.standardError, "err")], ["stdout P out", "stderr P err"],
            text: "out\nerr"),
        Example(
            [(.standardOutput, "10 %\r20 %\r30 %\ndone\n")], ["stdout F 10 %\r20 %\r30 %", "stdout F done"],
            text: "30 %\ndone\n"),
        Example([(.standardOutput, "windows\r\n")], ["stdout F windows\r"], text: "windows\n"),
        Example(
            [(.standardOutput, "\u{1B}[1;31mred\u{1B}[0m \u{1B}]0;title\u{07}text\n")],
            ["stdout F \u{1B}[1;31mred\u{1B}[0m \u{1B}]0;title\u{07}text"], text: "red text\n"),
        Example([(.standardOutput, "a\u{0}b\u{7}c\td\u{7F}\n")], ["stdout F a\u{0}b\u{7}c\td\u{7F}"], text: "abc\td\n"),
        Example([(.standardOutput, "\u{202E}abc\u{9B}31m\n")], ["stdout F \u{202E}abc\u{9B}31m"], text: "abc\n"),
    ]

    @Test("output becomes records, and these the output again", arguments: examples)
    func format(example: Example) throws {
        let fixture = LogFixture()
        fixture.write(example.chunks.map { ($0.0, Array($0.1.utf8)) })
        let cri = example.records.map { "\(LogFixture.timeText) \($0)\n" }.joined()
        #expect(try fixture.text(OutputSelection(.cri)) == cri)
        #expect(try fixture.text(OutputSelection(.raw)) == example.raw)
        #expect(try fixture.text(OutputSelection(.text)) == example.text)
        for format in OutputFormat.allCases {
            let selection = OutputSelection(format)
            #expect(try fixture.size(selection) == fixture.read(selection).count)
        }
    }

    @Test("bytes that are no text stay as they are in raw output")
    func binary() throws {
        let fixture = LogFixture()
        let bytes = (0..<1000).flatMap { _ in UInt8.min...UInt8.max }
        let counts = fixture.write([(.standardOutput, bytes)])
        #expect(try fixture.read(OutputSelection(.raw)) == bytes)
        #expect(counts == ProgramOutput(bytes: bytes.count, lines: 1001))
        let text = try fixture.text(OutputSelection(.text))
        #expect(!text.unicodeScalars.contains { $0 != "\n" && $0 != "\t" && PlainText.isControl($0) })
    }

    @Test("a long line is written in pieces", arguments: [16_383, 16_384, 16_385, 32_768, 1_000_000])
    func longLine(length: Int) throws {
        let fixture = LogFixture()
        let line = (0..<length).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        let counts = fixture.write([
            (.standardOutput, line + [UInt8(ascii: "\n")]), (.standardOutput, Array("next\n".utf8)),
        ])
        #expect(counts == ProgramOutput(bytes: length + 6, lines: 2))
        let records = try fixture.text(OutputSelection(.cri)).split(separator: "\n")
        #expect(records.allSatisfy { $0.utf8.count <= 40 + 16_384 })
        #expect(records.count == (length + 16_383) / 16_384 + 1)
        let expected = line + Array("\nnext\n".utf8)
        #expect(try fixture.read(OutputSelection(.raw)) == expected)
        #expect(try fixture.read(OutputSelection(.text), atMost: 1000) == expected)
    }

    @Test("of a long line that has been overwritten the last state counts, and what was too long to keep is a line")
    func longProgress() throws {
        let fixture = LogFixture()
        let bar = (0..<100_000).map { "\($0) of 100000\r" }.joined()
        fixture.write((.standardOutput, bar + "done\n"))
        #expect(try fixture.text(OutputSelection()) == "done\n")
        let long = String(repeating: "x", count: 100_000)
        let other = LogFixture()
        other.write((.standardOutput, long + "\r1 %\r2 %\n"))
        #expect(try other.text(OutputSelection()) == long + "\n2 %\n")
    }

    @Test(
        "the time of a record",
        arguments: [
            (0, 0, "1970-01-01T00:00:00.000000000Z"), (1_795_646_190, 38_123_456, LogFixture.timeText),
            (951_782_399, 999_999_999, "2000-02-28T23:59:59.999999999Z"),
            (-1, 500_000_000, "1969-12-31T23:59:59.500000000Z"),
        ])
    func times(seconds: Int, nanoseconds: Int, text: String) throws {
        let fixture = LogFixture()
        fixture.write(
            [(.standardOutput, [10])], eachAt: { _ in OutputTime(seconds: seconds, nanoseconds: nanoseconds) })
        #expect(try fixture.text(OutputSelection(.cri)) == "\(text) stdout F \n")
    }

    @Test("one stream alone")
    func streams() throws {
        let fixture = LogFixture()
        fixture.write((.standardOutput, "1\n"), (.standardError, "2\n"), (.standardOutput, "3\n4"))
        #expect(try fixture.text(OutputSelection(.text, stream: .standardOutput)) == "1\n3\n4")
        #expect(try fixture.text(OutputSelection(.raw, stream: .standardError)) == "2\n")
        #expect(
            try fixture.text(OutputSelection(.cri, stream: .standardError)) == "\(LogFixture.timeText) stderr F 2\n")
    }

    @Test("records since a time")
    func since() throws {
        let fixture = LogFixture()
        let chunks = (0..<10).map { (ProgramStream.standardOutput, Array("\($0)\n".utf8)) }
        fixture.write(chunks, eachAt: { OutputTime(seconds: 1000 + $0, nanoseconds: 5) })
        for (seconds, nanoseconds, first) in [(0, 0, 0), (1003, 5, 3), (1003, 6, 4), (1009, 5, 9), (1009, 6, 10)] {
            let since = OutputTime(seconds: seconds, nanoseconds: nanoseconds)
            let expected = (first..<10).map { "\($0)\n" }.joined()
            #expect(try fixture.text(OutputSelection(since: since)) == expected)
        }
        #expect(OutputTime(Timestamp(milliseconds: -1)) == OutputTime(seconds: -1, nanoseconds: 999_000_000))
    }

    @Test("files and their directory are their owner's alone, and nothing is created without output")
    func modes() throws {
        let fixture = LogFixture()
        fixture.write()
        #expect(!fixture.log.exists)
        #expect(try fixture.read(OutputSelection()) == [])
        #expect(try fixture.size(OutputSelection()) == 0)
        fixture.write((.standardOutput, "x\n"))
        var status = stat()
        #expect(stat(fixture.log.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(stat(fixture.directory + "/logs", &status) == 0 && status.st_mode & 0o777 == 0o700)
    }

    @Test("what is no record is left out, and half a record is shown as far as it goes")
    func damage() throws {
        let fixture = LogFixture()
        let time = LogFixture.timeText
        fixture.place(
            "garbage\n\n\(time) stdout F a\n\(time) stdxxx F b\n\(time) stderr X c\n\(time) stdout F hal",
            at: fixture.log.path)
        #expect(try fixture.text(OutputSelection(.raw)) == "a\nhal")
        #expect(try fixture.text(OutputSelection(.text)) == "a\nhal")
        #expect(try fixture.text(OutputSelection(.cri)) == "\(time) stdout F a\n")
        // A writer that goes on removes the half one.
        fixture.write((.standardOutput, "b\n"))
        #expect(try fixture.text(OutputSelection(.raw)) == "a\nb\n")
    }

    @Test("an error names the file")
    func unreadable() throws {
        let fixture = LogFixture()
        fixture.write((.standardOutput, "x\n"))
        let link = OutputLog(path: fixture.directory + "/link")
        symlink(fixture.log.path, link.path)
        defer { unlink(link.path) }
        let error = #expect(throws: OutputError.self) { try OutputReader(link, OutputSelection()) }
        #expect(error?.description.hasPrefix("cannot read \(link.path): ") == true)
    }
}
