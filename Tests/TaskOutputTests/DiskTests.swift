import Glibc
import TaskModel
import TaskOutput
import Testing

@Suite("Errors of the disk while a program writes")
struct DiskTests {
    private static func append(_ text: String, to writer: OutputWriter) {
        Array(text.utf8).withUnsafeBytes { writer.append($0, from: .standardOutput, at: LogFixture.time) }
    }

    /// Whether this process may mount a file system of its own.
    private static let canMount: Bool = {
        let fixture = LogFixture()
        guard mount("tmpfs", fixture.directory, "tmpfs", 0, "size=64k") == 0 else { return false }
        return umount(fixture.directory) == 0
    }()

    @Test(
        "with a full disk output is lost and counted, and with room again written from its next line",
        .enabled(if: canMount))
    func full() throws {
        let fixture = LogFixture()
        try #require(mount("tmpfs", fixture.directory, "tmpfs", 0, "size=64k") == 0)
        defer {
            fixture.log.remove()
            rmdir(fixture.directory + "/logs")
            umount(fixture.directory)
        }
        let writer = OutputWriter(fixture.log, limit: 1 << 20)
        let line = String(repeating: "x", count: 99) + "\n"
        for _ in 0..<1000 {
            Self.append(line, to: writer)
            writer.flush()
        }
        let kept = try fixture.size(OutputSelection(.raw))
        #expect(writer.counts == ProgramOutput(bytes: 100_000, lines: 1000, lost: 100_000 - kept))
        #expect(kept > 0 && kept % 100 == 0)
        // The file ends with a whole record.
        #expect(try fixture.text(OutputSelection(.cri)).hasSuffix("x\n"))

        writer.finish(at: LogFixture.time)
        fixture.log.remove()

        // Of a line whose beginning is in the log the rest is lost.
        let second = OutputWriter(fixture.log, limit: 1 << 20)
        Self.append("begun", to: second)
        second.flushPartialLines(at: LogFixture.time)
        fixture.fill()
        Self.append(String(repeating: "y", count: 10_000) + "\n", to: second)
        Self.append("lost\n", to: second)
        second.flush()
        let lost = second.counts.lost
        #expect(lost > 0)
        fixture.removeFiller()
        Self.append("after\n", to: second)
        second.finish(at: LogFixture.time)
        #expect(second.counts.lost == lost)
        let text = try fixture.text(OutputSelection(.raw))
        #expect(text == "begun\nafter\n")
    }

    @Test("a directory that cannot be written loses everything, and keeps the program going")
    func noDirectory() {
        let writer = OutputWriter(OutputLog(path: "/proc/none/a.1.log"), limit: 1 << 20)
        Self.append("a\nb\nrest", to: writer)
        writer.finish(at: LogFixture.time)
        #expect(writer.counts == ProgramOutput(bytes: 8, lines: 3, lost: 8))
    }

    @Test("a log that is removed while it is written is begun anew at the next file")
    func removed() throws {
        let fixture = LogFixture()
        let writer = OutputWriter(fixture.log, limit: OutputWriter.minimumLimit)
        Self.append("a\n", to: writer)
        writer.flush()
        fixture.log.remove()
        for number in 0..<2000 {
            Self.append("\(number)\n", to: writer)
            writer.flush()
        }
        writer.finish(at: LogFixture.time)
        #expect(writer.counts.lost == 0)
        #expect(try fixture.text(OutputSelection(tail: 1)) == "1999\n")
    }
}

extension LogFixture {
    private var filler: String { directory + "/filler" }

    /// Fills the file system.
    fileprivate func fill() {
        let file = open(filler, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let page = [UInt8](repeating: 0, count: 4096)
        while page.withUnsafeBytes({ Glibc.write(file, $0.baseAddress, $0.count) }) > 0 {}
        close(file)
    }

    fileprivate func removeFiller() { unlink(filler) }
}
