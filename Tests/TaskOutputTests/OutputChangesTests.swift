import Glibc
import TaskModel
import TaskOutput
import Testing

@Suite("Changes of logs")
struct OutputChangesTests {
    private static func write(_ count: Int = 1, to writer: OutputWriter) {
        for _ in 0..<count {
            Array(repeating: UInt8(ascii: "\n"), count: 100).withUnsafeBytes {
                writer.append($0, from: .standardOutput, at: LogFixture.time)
            }
            writer.flush()
        }
    }

    @Test("a log that is followed is reported when it is created, grows and begins another file, and no other one")
    func followed() throws {
        let fixture = LogFixture()
        let other = OutputLog(path: fixture.directory + "/logs/b.1.log")
        defer { other.remove() }
        let changes = try OutputChanges(directory: fixture.directory + "/logs")
        changes.follow(fixture.log)
        let writer = OutputWriter(fixture.log, limit: OutputWriter.minimumLimit)
        let otherWriter = OutputWriter(other, limit: OutputWriter.minimumLimit)
        Self.write(to: otherWriter)
        #expect(changes.changes().isEmpty)
        Self.write(to: writer)
        #expect(changes.changes() == [fixture.log])
        #expect(changes.changes().isEmpty)
        Self.write(to: writer)
        #expect(changes.changes() == [fixture.log])
        // Through four files.
        for _ in 0..<30 {
            Self.write(to: writer)
            Self.write(to: otherWriter)
            #expect(changes.changes() == [fixture.log])
        }
        // Through so many that the watched one is gone by the time.
        Self.write(200, to: writer)
        #expect(changes.changes() == [fixture.log])
        Self.write(to: writer)
        #expect(changes.wait() == [fixture.log])
        changes.unfollow(fixture.log)
        Self.write(30, to: writer)
        #expect(changes.changes().isEmpty)
    }

    @Test("a log is reported after its directory has been removed or moved", arguments: [true, false])
    func removedDirectory(isMoved: Bool) throws {
        let fixture = LogFixture()
        let (directory, other) = (fixture.directory + "/logs", fixture.directory + "/other")
        let changes = try OutputChanges(directory: directory)
        changes.follow(fixture.log)
        fixture.write((.standardOutput, "x\n"))
        #expect(changes.changes() == [fixture.log])
        if isMoved {
            #expect(rename(directory, other) == 0)
        } else {
            fixture.log.remove()
            #expect(rmdir(directory) == 0)
        }
        #expect(changes.changes() == [fixture.log])
        let writer = OutputWriter(fixture.log, limit: OutputWriter.minimumLimit)
        for _ in 0..<30 {
            Self.write(20, to: writer)
            #expect(changes.changes() == [fixture.log])
        }
        if isMoved {
            OutputLog(path: other + "/a.1.log").remove()
            rmdir(other)
        }
    }

    @Test("a log is reported as long as one reader follows it")
    func readers() throws {
        let fixture = LogFixture()
        fixture.write((.standardOutput, "x\n"))
        let changes = try OutputChanges(directory: fixture.directory + "/logs")
        let writer = OutputWriter(fixture.log, limit: OutputWriter.minimumLimit)
        for readers in 1...2 {
            changes.follow(fixture.log)
            Self.write(to: writer)
            #expect(changes.changes() == [fixture.log], "\(readers)")
        }
        changes.unfollow(fixture.log)
        Self.write(to: writer)
        #expect(changes.changes() == [fixture.log])
        changes.unfollow(fixture.log)
        Self.write(to: writer)
        #expect(changes.changes().isEmpty)
    }
}
