import Glibc
import TaskModel
import Testing

@testable import TaskOutput

@Suite("A log that a reader holds")
struct HoldTests {
    private static let limit = OutputWriter.minimumLimit

    /// Appends lines until a reader would lose some, or to a last one.
    private func append(_ numbers: inout Range<Int>, to writer: OutputWriter) {
        while writer.hold == nil, let number = numbers.popFirst() {
            Array("\(number)\n".utf8).withUnsafeBytes { writer.append($0, from: .standardOutput, at: .now()) }
            writer.flush()
        }
    }

    @Test("loses nothing, however much is written, and is as large as its limit once it is released")
    func lossless() throws {
        let fixture = LogFixture()
        let writer = OutputWriter(fixture.log, limit: Self.limit)
        var numbers = 0..<20_000
        let expected = Array(numbers.map { "\($0)\n" }.joined().utf8)
        let reader = try OutputReader(fixture.log, OutputSelection(.raw), follow: true, holds: true)
        var bytes: [UInt8] = []
        var holds = 0
        while !numbers.isEmpty {
            append(&numbers, to: writer)
            if writer.hold != nil { holds += 1 }
            bytes += try LogFixture.read(reader)
            writer.updateHold()
            // What has been read is not held any more.
            #expect(writer.hold == nil)
            #expect(fixture.log.storedBytes <= Self.limit + 100)
        }
        writer.finish(at: .now())
        try reader.end()
        bytes += try LogFixture.read(reader)
        #expect(holds > 10)
        #expect(bytes == expected)
        #expect(!reader.hasGap)
    }

    @Test("is released with its last reader, which wakes the writer; readers that do not hold it do not count")
    func release() throws {
        let fixture = LogFixture()
        let writer = OutputWriter(fixture.log, limit: Self.limit)
        var numbers = 0..<20_000
        var readers: [OutputReader] = []
        for _ in 0..<2 {
            readers.append(try OutputReader(fixture.log, OutputSelection(), follow: true, holds: true))
        }
        let other = try OutputReader(fixture.log, OutputSelection(), follow: true)
        append(&numbers, to: writer)
        let changes = try #require(writer.hold)
        #expect(changes >= 0)
        readers.removeLast()
        writer.updateHold()
        #expect(writer.hold != nil)
        readers.removeLast()
        var watched = pollfd(fd: changes, events: Int16(POLLIN), revents: 0)
        #expect(poll(&watched, 1, -1) == 1)
        writer.updateHold()
        #expect(writer.hold == nil)
        append(&numbers, to: writer)
        #expect(numbers.isEmpty)
        writer.finish(at: .now())
        #expect(writer.counts.truncated)
        _ = try LogFixture.read(other)
        #expect(other.hasGap)
    }

    @Test("is not held when one of its files has been removed or replaced", arguments: [0, 1], [true, false])
    func removedFile(_ index: Int, isReplaced: Bool) throws {
        let fixture = LogFixture()
        let writer = OutputWriter(fixture.log, limit: Self.limit)
        var numbers = 0..<20_000
        let reader = try OutputReader(fixture.log, OutputSelection(), follow: true, holds: true)
        append(&numbers, to: writer)
        #expect(writer.hold != nil)
        let path = [fixture.log.path, fixture.log.olderPath][index]
        #expect(unlink(path) == 0)
        if isReplaced { close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)) }
        // The reader waits for a file after the one that it has.
        _ = try LogFixture.read(reader)
        writer.updateHold()
        #expect(writer.hold == nil)
        append(&numbers, to: writer)
        // It has begun files of its own, and the reader has come to them.
        _ = try LogFixture.read(reader)
        writer.updateHold()
        #expect(writer.hold == nil)
        #expect(OpenFile.identity(of: fixture.log.path) != nil)
        writer.finish(at: .now())
    }

    @Test("grows beyond its limit where the writer cannot wait")
    func end() throws {
        let fixture = LogFixture()
        let writer = OutputWriter(fixture.log, limit: Self.limit)
        let reader = try OutputReader(fixture.log, OutputSelection(.raw), follow: true, holds: true)
        let lines = Array((0..<5000).map { "\($0)\n" }.joined().utf8)
        lines.withUnsafeBytes { writer.append($0, from: .standardOutput, at: .now()) }
        writer.finish(at: .now())
        try reader.end()
        #expect(try LogFixture.read(reader) == lines)
        #expect(!writer.counts.truncated)
    }
}
