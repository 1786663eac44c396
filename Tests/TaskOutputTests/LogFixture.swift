import Glibc
import TaskModel
import TaskOutput

/// A log in a directory of its own, which is removed with the fixture.
final class LogFixture: Sendable {
    let directory: String
    let log: OutputLog
    static let time = OutputTime(seconds: 1_795_646_190, nanoseconds: 38_123_456)
    static let timeText = "2026-11-25T22:36:30.038123456Z"

    init() {
        var template = Array("/tmp/taskdeck-output-XXXXXX".utf8CString)
        directory = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/nonexistent"
        }
        log = OutputLog(path: directory + "/logs/a.1.log")
    }

    deinit {
        log.remove()
        rmdir(directory + "/logs")
        rmdir(directory)
    }

    /// Writes chunks, each flushed by itself, and returns the counts.
    @discardableResult
    func write(
        _ chunks: [(ProgramStream, [UInt8])], limit: Int = 16 << 20,
        eachAt time: (Int) -> OutputTime = { _ in LogFixture.time }
    ) -> ProgramOutput {
        let writer = OutputWriter(log, limit: limit)
        for (index, chunk) in chunks.enumerated() {
            chunk.1.withUnsafeBytes { writer.append($0, from: chunk.0, at: time(index)) }
            writer.flush()
        }
        writer.finish(at: time(chunks.count))
        return writer.counts
    }

    @discardableResult
    func write(_ chunks: (ProgramStream, String)...) -> ProgramOutput {
        write(chunks.map { ($0.0, Array($0.1.utf8)) })
    }

    /// The size in bytes of what a reader of a finished attempt returns in all.
    func size(_ selection: OutputSelection) throws -> Int {
        let reader = try OutputReader(log, selection)
        var size = 0
        while case .bytes(let bytes) = try reader.next() { size += bytes.count }
        return size
    }

    func read(_ selection: OutputSelection, atMost limit: Int = 64 * 1024) throws -> [UInt8] {
        try Self.read(OutputReader(log, selection), atMost: limit)
    }

    func text(_ selection: OutputSelection) throws -> String {
        String(decoding: try read(selection), as: UTF8.self)
    }

    /// Reads up to the end, or to where more is to be written.
    static func read(_ reader: OutputReader, atMost limit: Int = 64 * 1024) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while case .bytes(let next) = try reader.next(atMost: limit) { bytes += next }
        return bytes
    }

    /// Writes a file of the log as it is.
    func place(_ content: String, at path: String) {
        mkdir(directory + "/logs", 0o700)
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = content.withCString { Glibc.write(file, $0, strlen($0)) }
        close(file)
    }
}
