import HTTPSupport
import JSON
import NIOCore
import NIOEmbedded
import NIOHTTP1
import TaskModel
import Testing
import WorkerProtocol

@testable import TaskWorker

/// One connection to a worker, with a clock of its own.
@Suite("Connections to a worker")
struct ControlHandlerTests {
    private static func makeCore() throws -> WorkerCore {
        let id = try #require(TaskID("01ARYZ6S410000000000000000"))
        let assignment = Assignment(taskID: id, taskType: "process_data", taskData: [:], token: nil)
        return WorkerCore(assignment, units: 1, control: PausePoint(), writer: UpdateWriter(descriptor: -1))
    }

    private static func makeChannel(_ core: WorkerCore? = nil) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(
            ControlHandler(
                core: core ?? makeCore(),
                policy: AccessPolicy(token: nil, hosts: .loopback(boundName: "127.0.0.1"))))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private static func send(_ text: String, to channel: EmbeddedChannel) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    @Test("A connection is closed if a request is not complete in time")
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

    @Test("A connection stays open as long as requests arrive")
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
        channel.embeddedEventLoop.advanceTime(by: ControlHandler.timeout)
        #expect(!channel.isActive)
    }

    @Test("A connection stays open while a request is unanswered")
    func unanswered() throws {
        let channel = try Self.makeChannel()
        let body = #"{"action":"pause"}"#
        let head = "POST /control HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        // No work runs here that could pause.
        try Self.send(head + body, to: channel)
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("a pause that a later resume supersedes is refused with the state that the work is in")
    func superseded() throws {
        let core = try Self.makeCore()
        let (first, second) = (try Self.makeChannel(core), try Self.makeChannel(core))
        // No work runs here that could pause.
        for (channel, action) in [(first, "pause"), (second, "resume")] {
            let body = #"{"action":"\#(action)"}"#
            let head = "POST /control HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            try Self.send(head + body, to: channel)
        }
        var answers: [String] = []
        for channel in [second, first] {
            channel.embeddedEventLoop.run()
            var text = ""
            while let part = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: part) }
            answers.append(text)
        }
        #expect(answers[0].hasPrefix("HTTP/1.1 200 "))
        #expect(answers[0].contains(#""status":"running""#))
        #expect(answers[1].hasPrefix("HTTP/1.1 409 "))
        #expect(answers[1].contains(#""current_status":"running""#))
    }

    @Test("A connection is closed if the client does not read its answers")
    func unread() throws {
        let channel = try Self.makeChannel()
        channel.isWritable = false
        try Self.send("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n", to: channel)
        #expect(!channel.isActive)
    }

    @Test(
        "Every other path is 404, every other method 405, and neither ends the task",
        arguments: [
            ("POST /", 404), ("POST /terminate/", 404), ("POST /Terminate", 404),
            ("GET /terminate", 405), ("HEAD /control", 405), ("POST /status", 405),
        ])
    func routes(line: String, status: Int) throws {
        let channel = try Self.makeChannel()
        try Self.send("\(line) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", to: channel)
        let answer = try #require(try channel.readOutbound(as: ByteBuffer.self))
        #expect(String(buffer: answer).hasPrefix("HTTP/1.1 \(status) "))
        while try channel.readOutbound(as: ByteBuffer.self) != nil {}
        try Self.send("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n", to: channel)
        var text = ""
        while let part = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: part) }
        #expect(text.contains("\"status\":\"running\""))
    }

    @Test("The answer to HEAD has the headers of that to GET, and no body", arguments: ["/status", "/terminate", "/"])
    func head(path: String) throws {
        let channel = try Self.makeChannel()
        func answer(to method: String) throws -> String {
            try Self.send("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n", to: channel)
            var text = ""
            while let part = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: part) }
            return text
        }
        let (get, head) = (try answer(to: "GET"), try answer(to: "HEAD"))
        #expect(head.hasSuffix("\r\n\r\n"))
        // The number of requests is part of the status, and the method part of a problem's text.
        func names(_ answer: String) -> [Substring] {
            answer.split(separator: "\r\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
                .map { $0.prefix { $0 != ":" } }
        }
        #expect(names(head) == names(get))
        #expect(get.count > head.count)
    }

    @Test(
        "HTTP/1.0 needs no host, HTTP/1.1 one and no more",
        arguments: [
            ("HTTP/1.0\r\n", 200), ("HTTP/1.1\r\n", 400), ("HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n", 400),
        ])
    func host(rest: String, status: Int) throws {
        let channel = try Self.makeChannel()
        try Self.send("GET /status \(rest)\r\n", to: channel)
        let answer = try #require(try channel.readOutbound(as: ByteBuffer.self))
        #expect(String(buffer: answer).contains(" \(status) "))
    }
}
