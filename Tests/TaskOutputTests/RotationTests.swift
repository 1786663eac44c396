import Glibc
import TaskModel
import TaskOutput
import TestSupport
import Testing

@Suite("A log that has reached its limit")
struct RotationTests {
    private static let limit = OutputWriter.minimumLimit

    @Test("the newest lines stay, within the limit, and the counts say that some are gone")
    func limit() throws {
        let fixture = LogFixture()
        let lines = (0..<20_000).map { "line \($0)\n" }
        let counts = fixture.write(lines.map { (.standardOutput, Array($0.utf8)) }, limit: Self.limit)
        #expect(counts.truncated && counts.lost == 0 && counts.lines == lines.count)
        #expect(counts.bytes == lines.reduce(0) { $0 + $1.utf8.count })
        let text = try fixture.text(OutputSelection())
        #expect(lines.joined().hasSuffix(text) && text.hasPrefix("line "))
        let size = try fixture.size(OutputSelection(.cri))
        #expect(size <= Self.limit && size > Self.limit / 2 - 100)
    }

    @Test("up to the limit nothing is dropped")
    func below() throws {
        let fixture = LogFixture()
        let line = Array((String(repeating: "x", count: 87) + "\n").utf8)
        // Records of 128 bytes fill both halves exactly.
        let chunks = Array(repeating: (ProgramStream.standardError, line), count: Self.limit / 128)
        #expect(!fixture.write(chunks, limit: Self.limit).truncated)
        #expect(try fixture.size(OutputSelection(.raw)) == chunks.count * line.count)
        let other = LogFixture()
        #expect(other.write(chunks + chunks.prefix(1), limit: Self.limit).truncated)
    }

    @Test("a writer that continues a log rotates it as its first one would have")
    func continued() throws {
        let fixture = LogFixture()
        let chunks = (0..<300).map { (ProgramStream.standardOutput, Array("line \($0)\n".utf8)) }
        for _ in 0..<10 { fixture.write(chunks, limit: Self.limit) }
        #expect(try fixture.size(OutputSelection(.cri)) <= Self.limit)
        #expect(
            try fixture.text(OutputSelection(tail: 300))
                == chunks.map { String(decoding: $0.1, as: UTF8.self) }.joined())
    }

    @Test("a reader goes on in the file that it has begun, and then in the next")
    func snapshot() throws {
        let fixture = LogFixture()
        let writer = OutputWriter(fixture.log, limit: Self.limit)
        func write(_ numbers: Range<Int>) {
            for number in numbers {
                Array("\(number)\n".utf8).withUnsafeBytes {
                    writer.append($0, from: .standardOutput, at: LogFixture.time)
                }
                writer.flush()
            }
        }
        write(0..<100)
        let (reader, follower) = try (
            OutputReader(fixture.log, OutputSelection()), OutputReader(fixture.log, OutputSelection(), follow: true)
        )
        #expect(try follower.next(atMost: 2) == .bytes(Array("0\n".utf8)))
        // Into the third file.
        write(100..<1000)
        #expect(try LogFixture.read(reader) == Array((0..<100).map { "\($0)\n" }.joined().utf8))
        #expect(try LogFixture.read(follower) == Array((1..<1000).map { "\($0)\n" }.joined().utf8))
        #expect(try follower.next() == .wait)
        #expect(!follower.hasGap)
        // Further than two files: what was in between is gone.
        write(1000..<5000)
        let rest = try String(decoding: LogFixture.read(follower), as: UTF8.self).split(separator: "\n").compactMap {
            Int($0)
        }
        #expect(follower.hasGap)
        #expect(rest.last == 4999 && zip(rest, rest.dropFirst()).allSatisfy { $0 < $1 })
        write(5000..<5010)
        writer.finish(at: LogFixture.time)
        try follower.end()
        #expect(try LogFixture.read(follower) == Array((5000..<5010).map { "\($0)\n" }.joined().utf8))
        #expect(try follower.next() == .end)
    }

    @Test("a reader that follows beside a writer misses nothing unless it says so", arguments: 0..<4)
    func beside(seed: Int) async throws {
        let fixture = LogFixture()
        let count = 30_000
        let writing = Task.detached {
            var random = SeededGenerator(seed: UInt64(seed))
            let writer = OutputWriter(fixture.log, limit: Self.limit)
            for number in 0..<count {
                Array("\(number)\n".utf8).withUnsafeBytes { writer.append($0, from: .standardOutput, at: .now()) }
                if Int.random(in: 0..<20, using: &random) == 0 { writer.flush() }
            }
            writer.finish(at: .now())
        }
        let reader = try OutputReader(fixture.log, OutputSelection(), follow: true)
        var bytes: [UInt8] = []
        while bytes.count < 1000 {
            if case .bytes(let next) = try reader.next() { bytes += next } else { await Task.yield() }
        }
        await writing.value
        try reader.end()
        bytes += try LogFixture.read(reader)
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
        #expect(numbers.last == count - 1)
        let jumps = zip(numbers, numbers.dropFirst()).filter { $1 != $0 + 1 }
        #expect(jumps.allSatisfy { $0 < $1 })
        #expect(jumps.isEmpty || reader.hasGap)
    }
}
