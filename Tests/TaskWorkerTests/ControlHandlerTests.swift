import NIOCore
import NIOEmbedded
import NIOHTTP1
import TaskModel
import Testing

@testable import TaskWorker

/// One connection to a worker, with a clock of its own.
@Suite("A worker's connection")
struct ControlHandlerTests {
    private static func makeChannel() throws -> EmbeddedChannel {
        let id = try #require(TaskID("01ARYZ6S410000000000000000"))
        let assignment = Assignment(taskID: id, taskType: "process_data", taskData: [:], token: nil)
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(
            ControlHandler(
                core: WorkerCore(assignment, units: 1, writer: UpdateWriter(descriptor: -1)),
                policy: AccessPolicy(token: nil, hosts: .loopback(boundName: "127.0.0.1"))))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private static func send(_ text: String, to channel: EmbeddedChannel) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    @Test("is closed when no request has come in time, however many bytes of it have")
    func trickle() throws {
        let channel = try Self.makeChannel()
        try Self.send("GET /status HTTP/1.1\r\nX: ", to: channel)
        for _ in 0..<5 {
            #expect(channel.isActive)
            try Self.send("a", to: channel)
            channel.embeddedEventLoop.advanceTime(by: .seconds(12))
        }
        #expect(!channel.isActive)
    }

    @Test("stays open as long as requests come")
    func requests() throws {
        let channel = try Self.makeChannel()
        for _ in 0..<3 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(59))
            try Self.send("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n", to: channel)
            let answer = try #require(try channel.readOutbound(as: ByteBuffer.self))
            #expect(String(buffer: answer).hasPrefix("HTTP/1.1 200 OK\r\n"))
            while try channel.readOutbound(as: ByteBuffer.self) != nil {}
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: ControlHandler.patience)
        #expect(!channel.isActive)
    }
}
