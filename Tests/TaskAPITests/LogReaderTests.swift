import NIOConcurrencyHelpers
import NIOCore
import TaskAPI
import TaskControl
import TaskModel
import TestSupport
import Testing

/// Clients that follow a log, or read it slowly, over real sockets.
@Suite("Readers of logs", .timeLimit(.minutes(15)))
struct LogReaderTests {
    private static let head = "HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer s3cret\r\n"

    /// A log that does not end by itself.
    private final class EndlessLog: TaskLog {
        let hasTimes = true
        let isTruncated = false
        let tag: String? = nil
        /// The sizes of the parts; `nil` where a reader waits for more.
        private let part: Int?
        private let count = NIOLockedValueBox(0)
        private let waiting = AsyncStream.makeStream(of: Void.self)
        private let released: AsyncStream<Int>.Continuation

        /// - Parameter released: gets the number of bytes that were read, once nothing reads them any more.
        init(parts: Int?, released: AsyncStream<Int>.Continuation) {
            part = parts
            self.released = released
        }

        deinit {
            released.yield(count.withLockedValue(\.self))
            released.finish()
        }

        func size() async -> Int { 0 }
        func skip(_ count: Int) async {}
        func stopFollowing() { waiting.continuation.finish() }

        func next() async -> [UInt8]? {
            let before = count.withLockedValue { count in
                defer { count += part ?? 5 }
                return count
            }
            if let part { return [UInt8](repeating: UInt8(ascii: "x"), count: part) }
            if before == 0 { return Array("begun".utf8) }
            for await _ in waiting.stream {}
            return nil
        }
    }

    private static func run(
        parts: Int?, write: Int = 60_000, _ body: @Sendable (_ path: String, _ port: Int) async throws -> Void
    ) async throws -> Int? {
        let (counts, released) = AsyncStream.makeStream(of: Int.self)
        let (control, logs) = (FakeTaskControl(), FakeTaskLogs())
        let id = await control.add("command", .running)
        await logs.set(EndlessLog(parts: parts, released: released), of: id)
        let count = NIOLockedValueBox<Int?>(nil)
        let token = try #require(AccessToken("s3cret"))
        try await ServerUnderTest.run(
            ServerUnderTest.limits(write: write), control: control, logs: logs, token: token
        ) { port in
            try await body("/tasks/\(id)/log?follow=true", port)
            await logs.remove(id)
            // Not before the server does not use it any more.
            for await bytes in counts { count.withLockedValue { $0 = bytes } }
        }
        return count.withLockedValue(\.self)
    }

    @Test("a follower that goes away is noticed without anything to send")
    func hangUp() async throws {
        let count = try await Self.run(parts: nil) { path, port in
            try await HTTP.connect(toPort: port) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "GET \(path) \(Self.head)\r\n"))
                var text = ""
                for try await part in inbound {
                    text += String(buffer: part)
                    if text.contains("begun") { break }
                }
                #expect(text.hasPrefix("HTTP/1.1 200 "))
                #expect(text.lowercased().contains("transfer-encoding: chunked"))
            }
        }
        #expect(count != nil)
    }

    @Test("for a reader that accepts nothing no more is read than fits the buffers, and it is closed")
    func stalled() async throws {
        let count = try await Self.run(parts: 64 << 10, write: 300) { path, port in
            try await HTTP.connect(toPort: port, reads: false) { _, outbound in
                try await outbound.write(ByteBuffer(string: "GET \(path) \(Self.head)\r\n"))
                // Longer than the time without progress.
                try await ServerUnderTest.run(ServerUnderTest.limits(idle: 1500)) { other in
                    try await ServerUnderTest.waitForIdleLimit(port: other)
                }
            }
        }
        let bytes = try #require(count)
        // The kernel's buffers have room for 4 MiB; the rest is for what is read while the connection is being closed.
        #expect(bytes < 200 << 20)
    }
}
