import Glibc
import TaskModel
import TestSupport
import Testing

@testable import TaskOutput

@Suite("Pages of a log")
struct PageTests {
    private static func texts(_ lines: [OutputLine]) -> [String] {
        lines.map { $0.text.map(\.text).joined() }
    }

    private static func query(_ part: OutputPart, _ limit: Int = 1000, _ stream: ProgramStream? = nil) -> OutputQuery {
        OutputQuery(part, stream: stream, limit: limit)
    }

    @Test("a log without files has an empty page, and what is written then follows it")
    func empty() throws {
        let fixture = LogFixture()
        let page = try fixture.log.page(Self.query(.last), attempt: 1)
        #expect(page.lines.isEmpty && page.isContinuation && !page.hasEarlier && !page.hasLater)
        fixture.write((.standardOutput, "a\nb\n"))
        let next = try fixture.log.page(Self.query(.after(page.end)), attempt: 1)
        #expect(Self.texts(next.lines) == ["a", "b"])
        #expect(next.isContinuation)
    }

    @Test("what is written while a page is read follows it", arguments: [OutputPart.first, .last])
    func growth(part: OutputPart) throws {
        let fixture = LogFixture()
        fixture.write((.standardOutput, "a\nb\n"), (.standardError, "c\n"))
        let pager = try OutputPager(fixture.log)
        fixture.write((.standardOutput, "d\n"), (.standardError, "e\n"))
        let page = try pager.page(Self.query(part), attempt: 1)
        #expect(Self.texts(page.lines) == ["a", "b", "c"])
        let next = try fixture.log.page(Self.query(.after(page.end)), attempt: 1)
        #expect(Self.texts(next.lines) == ["d", "e"])
    }

    @Test("what follows a page has none of its lines, also where that was an earlier one")
    func endOfEarlierPage() throws {
        let fixture = LogFixture()
        for line in ["a\n", "b\n", "c\n"] { fixture.write((.standardOutput, line)) }
        let last = try fixture.log.page(Self.query(.last, 1), attempt: 1)
        let earlier = try fixture.log.page(Self.query(.before(last.start), 1), attempt: 1)
        #expect(Self.texts(earlier.lines) == ["b"])
        #expect(Self.texts(try fixture.log.page(Self.query(.after(earlier.end)), attempt: 1).lines) == ["c"])
    }

    @Test("the end of a log whose newest file is empty is not its beginning")
    func emptyFile() throws {
        let fixture = LogFixture()
        fixture.write((.standardOutput, "a\n"))
        rename(fixture.log.path, fixture.log.path + ".1")
        close(open(fixture.log.path, O_WRONLY | O_CREAT, 0o600))
        let page = try fixture.log.page(Self.query(.last), attempt: 1)
        #expect(Self.texts(page.lines) == ["a"])
        fixture.write((.standardOutput, "b\n"))
        let next = try fixture.log.page(Self.query(.after(page.end)), attempt: 1)
        #expect(Self.texts(next.lines) == ["b"])
    }

    @Test("pages forward and backward have every line once")
    func paging() throws {
        let fixture = LogFixture()
        let lines = (0..<1000).map { "line \($0)" }
        fixture.write((.standardOutput, lines.map { $0 + "\n" }.joined()))
        var page = try fixture.log.page(Self.query(.first, 37), attempt: 1)
        #expect(!page.hasEarlier && page.hasLater)
        var seen = Self.texts(page.lines)
        while page.hasLater {
            page = try fixture.log.page(Self.query(.after(page.end), 37), attempt: 1)
            #expect(page.isContinuation)
            seen += Self.texts(page.lines)
        }
        #expect(seen == lines)
        page = try fixture.log.page(Self.query(.last, 37), attempt: 1)
        #expect(page.hasEarlier && !page.hasLater)
        seen = Self.texts(page.lines)
        while page.hasEarlier {
            page = try fixture.log.page(Self.query(.before(page.start), 37), attempt: 1)
            seen = Self.texts(page.lines) + seen
        }
        #expect(seen == lines)
    }

    @Test("a line that has not ended is read again, from its last carriage return")
    func progressBar() throws {
        let fixture = LogFixture()
        let writer = OutputWriter(fixture.log, limit: 16 << 20)
        func write(_ text: String, _ stream: ProgramStream = .standardOutput) {
            Array(text.utf8).withUnsafeBytes { writer.append($0, from: stream, at: LogFixture.time) }
            writer.flushPartialLines(at: LogFixture.time)
        }
        write("start\n10 %")
        var page = try fixture.log.page(Self.query(.last), attempt: 1)
        #expect(Self.texts(page.lines) == ["start"])
        #expect(Self.texts(page.openLines) == ["10 %"])
        for percent in 11..<3000 {
            write("\r\u{1B}[32m\(percent) %")
            if percent % 100 == 0 { write("warning \(percent)\n", .standardError) }
            guard percent % 50 == 0 else { continue }
            page = try fixture.log.page(Self.query(.after(page.end)), attempt: 1)
            #expect(Self.texts(page.openLines) == ["\(percent) %"])
            #expect(Self.texts(page.lines) == (percent % 100 == 0 ? ["warning \(percent)"] : []))
        }
        write("\rdone\n")
        page = try fixture.log.page(Self.query(.after(page.end)), attempt: 1)
        #expect(Self.texts(page.lines) == ["done"])
        #expect(page.openLines.isEmpty)
        writer.finish(at: LogFixture.time)
    }

    @Test("one stream alone, with the same cursors")
    func streams() throws {
        let fixture = LogFixture()
        for number in 0..<50 {
            fixture.write((.standardOutput, "out \(number)\n"), (.standardError, "err \(number)\n"))
        }
        let errors = try fixture.log.page(Self.query(.last, 10, .standardError), attempt: 1)
        #expect(Self.texts(errors.lines) == (40..<50).map { "err \($0)" })
        #expect(errors.hasEarlier)
        let earlier = try fixture.log.page(Self.query(.before(errors.start), 1000, .standardError), attempt: 1)
        #expect(Self.texts(earlier.lines) == (0..<40).map { "err \($0)" })
    }

    @Test("lines of a stream that seldom writes are found far from both ends")
    func seldom() throws {
        let fixture = LogFixture()
        let much = [UInt8](String(repeating: String(repeating: "x", count: 99) + "\n", count: 40_000).utf8)
        fixture.write([(.standardOutput, much), (.standardError, Array("there\n".utf8)), (.standardOutput, much)])
        for part in [OutputPart.first, .last] {
            let page = try fixture.log.page(Self.query(part, 1000, .standardError), attempt: 1)
            #expect(Self.texts(page.lines) == ["there"])
        }
    }

    @Test("a page is bounded also for lines of megabytes and lines without end")
    func bounds() throws {
        let fixture = LogFixture()
        fixture.write([(.standardOutput, Array(repeating: UInt8(ascii: "x"), count: 8 << 20))])
        for part in [OutputPart.first, .last] {
            let page = try fixture.log.page(Self.query(part), attempt: 1)
            let size = (page.lines + page.openLines).reduce(0) { $0 + Self.texts([$1])[0].utf8.count }
            #expect(size > 100_000 && size < 3 << 20)
            #expect(page.lines.allSatisfy { Self.texts([$0])[0].utf8.count <= 32 * 1024 })
        }
        var page = try fixture.log.page(Self.query(.first), attempt: 1)
        var size = Self.texts(page.lines).reduce(0) { $0 + $1.utf8.count }
        while page.hasLater {
            page = try fixture.log.page(Self.query(.after(page.end)), attempt: 1)
            size += Self.texts(page.lines).reduce(0) { $0 + $1.utf8.count }
        }
        size += Self.texts(page.openLines).reduce(0) { $0 + $1.utf8.count }
        #expect(size == 8 << 20)
    }

    @Test("a cursor into a file that is gone yields the last lines; one into a renamed file stays valid")
    func rotation() throws {
        let fixture = LogFixture()
        let writer = OutputWriter(fixture.log, limit: 64 * 1024)
        var count = 0
        func write(_ lines: Int) {
            for _ in 0..<lines {
                Array("line \(count)\n".utf8).withUnsafeBytes {
                    writer.append($0, from: .standardOutput, at: OutputTime(seconds: 1_000_000 + count, nanoseconds: 0))
                }
                writer.flushPartialLines(at: LogFixture.time)
                count += 1
            }
        }
        write(400)
        let old = try fixture.log.page(Self.query(.last, 10), attempt: 1)
        write(400)
        let next = try fixture.log.page(Self.query(.after(old.end)), attempt: 1)
        #expect(next.isContinuation)
        #expect(Self.texts(next.lines) == (400..<800).map { "line \($0)" })
        write(3000)
        let gone = try fixture.log.page(Self.query(.after(old.end), 10), attempt: 1)
        #expect(!gone.isContinuation)
        #expect(Self.texts(gone.lines) == (3790..<3800).map { "line \($0)" })
        writer.finish(at: LogFixture.time)
    }

    @Test("random output, read page by page while it is written, has every line once", arguments: 0..<20)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = LogFixture()
        let writer = OutputWriter(fixture.log, limit: 16 << 20)
        var expected = PerStream<[String]>([])
        var open = PerStream("")
        var read = PerStream<[String]>([])
        var page = try fixture.log.page(Self.query(.last), attempt: 1)
        for step in 0..<200 {
            let stream = ProgramStream.allCases.randomElement(using: &random) ?? .standardOutput
            var text = "\(step) " + String(repeating: "y", count: .random(in: 0...40, using: &random))
            if Bool.random(using: &random) { text += "\n" }
            open[stream] += text
            while let end = open[stream].firstIndex(of: "\n") {
                expected[stream].append(String(open[stream][..<end]))
                open[stream].removeSubrange(...end)
            }
            Array(text.utf8).withUnsafeBytes { writer.append($0, from: stream, at: LogFixture.time) }
            writer.flushPartialLines(at: LogFixture.time)
            guard Int.random(in: 0..<4, using: &random) == 0 else { continue }
            repeat {
                let limit = Int.random(in: 1...20, using: &random)
                page = try fixture.log.page(Self.query(.after(page.end), limit), attempt: 1)
                for line in page.lines { read[line.stream] += Self.texts([line]) }
            } while page.hasLater
            #expect(page.isContinuation, "seed \(seed)")
            for stream in ProgramStream.allCases {
                #expect(read[stream] == expected[stream], "seed \(seed), step \(step)")
                let shown = page.openLines.filter { $0.stream == stream }
                #expect(Self.texts(shown).joined() == open[stream], "seed \(seed), step \(step)")
            }
        }
        writer.finish(at: LogFixture.time)
    }
}
