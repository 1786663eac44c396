import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import TaskAPI

/// One connection, up to what the router's side writes.
@Suite("What a request's head leaves open")
struct RequestHeadTests {
    private let channel = EmbeddedChannel()

    init() throws {
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(RequestHeadHandler())
    }

    private func read(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    private func written() throws -> String {
        var text = ""
        while let part = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: part) }
        return text
    }

    private func write(_ part: HTTPServerResponsePart) throws {
        try channel.writeOutbound(part)
    }

    @Test("each answer is framed as its own request needs it, whatever else has been read by then")
    func pipelinedVersions() throws {
        try read("GET /tasks HTTP/1.1\r\nHost: localhost\r\n\r\nGET /tasks HTTP/1.0\r\n\r\n")
        try write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
        #expect(try written().hasPrefix("HTTP/1.1 100 "))
        try write(.head(HTTPResponseHead(version: .http1_1, status: .ok)))
        try write(.body(.byteBuffer(ByteBuffer(string: "new"))))
        try write(.end(nil))
        let new = try written()
        #expect(new.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(new.hasSuffix("transfer-encoding: chunked\r\n\r\n3\r\nnew\r\n0\r\n\r\n"))
        try write(.head(HTTPResponseHead(version: .http1_1, status: .ok)))
        try write(.body(.byteBuffer(ByteBuffer(string: "old"))))
        try write(.end(nil))
        let old = try written()
        #expect(old.hasPrefix("HTTP/1.0 200 OK\r\n"))
        #expect(old.hasSuffix("\r\n\r\nold"))
        #expect(!old.contains("chunked"))
    }

    @Test("The answer to HEAD is framed as that to GET, and ends with its head", arguments: [nil, "3"])
    func head(length: String?) throws {
        try read("HEAD /tasks HTTP/1.1\r\nHost: localhost\r\n\r\nGET /tasks HTTP/1.1\r\nHost: localhost\r\n\r\n")
        var head = HTTPResponseHead(version: .http1_1, status: .ok)
        if let length { head.headers.add(name: "content-length", value: length) }
        let promise = channel.eventLoop.makePromise(of: Void.self)
        try write(.head(head))
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: promise)
        try promise.futureResult.wait()
        let framing = length.map { "content-length: \($0)" } ?? "transfer-encoding: chunked"
        let headText = "HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n"
        #expect(try written() == headText)
        try write(.head(head))
        try write(.body(.byteBuffer(ByteBuffer(string: "get"))))
        try write(.end(nil))
        #expect(try written() == headText + (length == nil ? "3\r\nget\r\n0\r\n\r\n" : "get"))
    }
}
