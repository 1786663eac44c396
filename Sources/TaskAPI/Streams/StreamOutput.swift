import Hummingbird
import NIOCore

/// The body of a stream.
///
/// At most one part of it is in memory: the next one is made when the connection has accepted this one.
struct StreamOutput {
    /// The bytes of a part, without what the last event in it has beyond.
    private static let partSize = 128 << 10

    private var writer: any ResponseBodyWriter
    /// What is written next.
    var buffer = ByteBuffer()
    /// The number of bytes that have been written.
    private(set) var writtenBytes = 0
    /// The time of the last write.
    private(set) var lastWrite = ContinuousClock.now

    init(_ writer: any ResponseBodyWriter) {
        self.writer = writer
    }

    /// Writes the buffer if it is large enough for a part.
    mutating func flushIfFull() async throws {
        if buffer.readableBytes >= Self.partSize { try await flush() }
    }

    /// Writes the buffer.
    mutating func flush() async throws {
        guard buffer.readableBytes > 0 else { return }
        let part = buffer
        buffer = ByteBuffer()
        try await write(part)
    }

    /// Writes a part behind the buffer.
    mutating func write(_ part: ByteBuffer) async throws {
        try await flush()
        writtenBytes += part.readableBytes
        try await writer.write(part)
        lastWrite = .now
    }

    /// Ends the body.
    mutating func finish() async throws {
        try await flush()
        try await writer.finish(nil)
    }
}
