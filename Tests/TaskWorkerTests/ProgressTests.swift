import TaskModel
import TaskOutput
import TestSupport
import Testing

@testable import TaskWorker

@Suite("Progress and last lines in output")
struct ProgressTests {
    @Test(
        "progress as programs write it",
        arguments: [
            ("45%", 45), ("45 %", 45), ("done: 45.9% (x)", 45), ("[45%]", 45), ("45,5 %", 45), ("10% 20%", 20),
            ("0%", 0),
            ("100%", 100), ("101%", nil), ("-5%", nil), ("%", nil), ("5  %", nil), ("a%20b", nil), ("20%s", nil),
            ("v5%", nil), ("1.2.3%", nil), ("5.%", nil), ("x 30% y 150%", 30), ("    45%|████", 45), ("a=45%", 45),
            ("1234567890123456789012345%", nil),
            ("  600,000   7%    1.91MB/s    0:00:03 (xfr#3, to-chk=37/41)", 7), ("7% [3/10]", 7),
            ("nothing", nil), ("", nil),
        ] as [(String, Int?)])
    func percentage(line: String, percent: Int?) {
        #expect(AutomaticProgress.last(in: line)?.done == percent)
    }

    @Test(
        "steps as programs write them",
        arguments: [
            ("[3/10]", 3, 10), ("[3/10] compile", 3, 10), ("Step 3/10 : RUN", 3, 10), ("3/10", 3, 10),
            ("(3/10)", 3, 10),
            ("3/10, then", 3, 10), ("[1/2] [2/2]", 2, 2), ("2026/11/26", 0, 0), ("a/3/10", 0, 0), ("3/10/b", 0, 0),
            ("11/3", 0, 0), ("0/0", 0, 0), ("3/", 0, 0), ("/3", 0, 0), ("1/2.5", 0, 0), ("x3/10", 0, 0),
            ("3/10x", 0, 0), ("to-chk=37/41", 0, 0), ("a#3/10", 0, 0),
            ("99999999999999999999/3", 0, 0),
        ])
    func steps(line: String, done: Int, total: Int) {
        let expected = total > 0 ? TaskProgress(done: done, total: total) : nil
        #expect(AutomaticProgress.last(in: line) == expected)
    }

    private static func search(_ chunks: [[UInt8]], _ rule: ProgressRule) -> TaskProgress? {
        var recognizer = ProgressRecognizer(rule)
        var last: TaskProgress?
        for chunk in chunks {
            last = chunk.withUnsafeBytes { recognizer?.search($0, of: .standardOutput) } ?? last
        }
        return last
    }

    @Test("colors, returns and chunks make no difference", arguments: 0..<50)
    func chunks(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let text =
            "start\n\u{1B}[32m12\u{1B}[0m%\r[\u{1B}[1m3\u{1B}[m/10] x\r\u{1B}[K77.5 \u{1B}[33m%\u{1B}[0m|##|\r\nlast / words\n"
        var rest = Array(text.utf8)[...]
        var chunks: [[UInt8]] = []
        while !rest.isEmpty {
            chunks.append(Array(rest.prefix(Int.random(in: 1...9, using: &random))))
            rest = rest.dropFirst(chunks.last?.count ?? 1)
        }
        let expected = TaskProgress(done: 77, total: 100, fraction: 0.775)
        #expect(Self.search(chunks, .automatic) == expected, "seed \(seed)")
        #expect(Self.search(chunks, .pattern("([\\d.]+) %")) == expected, "seed \(seed)")
    }

    @Test("what is written at once is searched from its end")
    func flood() {
        let lines = Array(
            ((0..<20_000).map { "\($0) /\n" }.joined() + "[7/9]\n" + String(repeating: "a/b\n", count: 20)).utf8)
        #expect(Self.search([lines], .automatic) == TaskProgress(done: 7, total: 9))
        let long = Array((String(repeating: "a", count: 1_000_000) + "5/6\r").utf8)
        #expect(Self.search([long], .pattern("(a+)+ (\\d)")) == nil)
        #expect(
            Self.search([Array(long.dropLast(4)) + Array(" 5/6\r".utf8)], .automatic) == TaskProgress(done: 5, total: 6)
        )
    }

    @Test(
        "the last line that is not blank",
        arguments: [
            (["a\nb\n"], "b"), (["a\nb"], "b"), (["a\n", "\n \t\r\n", "\n"], "a"), (["a", "b", "c\n"], "abc"),
            (["a", " ", "b", " ", "\t", "c\n"], "a b c"), (["10%", "\r", "20%"], "20%"),
            (["a", " ", "\r", "b\n"], "b"),
            (["a\n\u{1B}[0m\n"], "a"), (["10%\r20%\r\n"], "20%"),
            (["\u{1B}[31merror:\u{1B}[0m  it\tfailed  \n"], "error:  it failed"),
            (["", "\n"], nil), (["a\n" + String(repeating: "\n", count: 100_000)], "a"),
            ([String(repeating: "x", count: 5000) + "end\n"], "…" + String(repeating: "x", count: 499) + "…"),
            ([String(repeating: "line\n", count: 5000)], "line"), (["\u{FF}\u{202E}a\u{0}b\n"], "ÿab"),
        ] as [([String], String?)])
    func lastLine(chunks: [String], text: String?) {
        var line = LastLine()
        for chunk in chunks {
            Array(chunk.utf8).withUnsafeBytes { line.append($0, from: .standardError) }
        }
        #expect(line.text == text)
    }

    @Test("the stream that was written last has the last line")
    func latest() {
        var line = LastLine()
        for (text, stream) in [
            ("out\n", ProgramStream.standardOutput), ("err\n", .standardError), ("\n", .standardOutput),
        ] {
            Array(text.utf8).withUnsafeBytes { line.append($0, from: stream) }
        }
        #expect(line.text == "err")
        Array("more".utf8).withUnsafeBytes { line.append($0, from: .standardOutput) }
        #expect(line.text == "more")
    }
}
