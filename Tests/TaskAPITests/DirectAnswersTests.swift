import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import TaskModel
import TestSupport
import Testing

@testable import TaskAPI

/// One connection, of which the router's side is what comes through.
@Suite("What is answered where it is read")
struct DirectAnswersTests {
    private static let id = "01ARYZ6S410000000000000000"
    private static let json = #"{"task_id":"01ARYZ6S410000000000000000"}"#

    private let channel = EmbeddedChannel()

    init() throws {
        let control = FakeTaskControl()
        control.putAtHand(.json(try #require(TaskID(Self.id)), Self.json))
        try channel.pipeline.syncOperations.addHandler(
            DirectAnswers(
                tasks: TaskController(control: control),
                policy: AccessPolicy(token: nil, hosts: .loopback(boundName: "127.0.0.1")), headers: ServerHeaders()))
    }

    private func ask(
        _ path: String, method: HTTPRequest.Method = .get, host: String = "localhost", fields: HTTPFields = [:]
    ) throws {
        try channel.writeInbound(
            HTTPRequestPart.head(
                HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields)))
        try channel.writeInbound(HTTPRequestPart.end(nil))
    }

    /// The answer that has been sent, if one has.
    private func answer() throws -> (head: HTTPResponse, body: String)? {
        guard case .head(let head)? = try channel.readOutbound(as: HTTPResponsePart.self) else { return nil }
        var body = ""
        while case .body(let part)? = try channel.readOutbound(as: HTTPResponsePart.self) {
            body += String(buffer: part)
        }
        return (head, body)
    }

    /// Whether a request has come through to the router, whole.
    private func wasPassedOn() throws -> Bool {
        guard case .head? = try channel.readInbound(as: HTTPRequestPart.self) else { return false }
        guard case .end? = try channel.readInbound(as: HTTPRequestPart.self) else { return false }
        return true
    }

    @Test(
        "a task and the list are answered, with all headers",
        arguments: [("/tasks/\(id)", json), ("/tasks", #"{"tasks":["# + json + #"],"total":1}"#)])
    func answered(path: String, body: String) throws {
        try ask(path)
        let answer = try #require(try answer())
        #expect(answer.head.status == .ok)
        #expect(answer.body == body)
        #expect(answer.head.headerFields[.contentLength] == "\(body.utf8.count)")
        #expect(answer.head.headerFields[.contentType] == "application/json")
        #expect(answer.head.headerFields[.server] == "taskdeck")
        #expect(answer.head.headerFields[.date]?.hasSuffix(" GMT") == true)
        #expect(try !wasPassedOn())
    }

    @Test(
        "all else is the router's",
        arguments: [
            ("/tasks/01ARYZ6S410000000000000001", .get, "localhost", [:]), ("/tasks/x", .get, "localhost", [:]),
            ("/tasks/\(id)?detail=true", .get, "localhost", [:]), ("/tasks?limit=1", .get, "localhost", [:]),
            ("/tasks/\(id)/", .get, "localhost", [:]), ("/health", .get, "localhost", [:]),
            ("/tasks/\(id)", .head, "localhost", [:]), ("/tasks/\(id)", .delete, "localhost", [:]),
            ("/tasks/\(id)", .get, "foreign.example", [:]), ("/tasks", .get, "localhost", [.connection: "close"]),
            ("/tasks", .get, "localhost", [.origin: "http://foreign.example"]),
            ("/tasks", .get, "localhost", [.contentLength: "2"]),
            ("/tasks", .get, "localhost", [.transferEncoding: "chunked"]),
        ] as [(String, HTTPRequest.Method, String, HTTPFields)])
    func passedOn(path: String, method: HTTPRequest.Method, host: String, fields: HTTPFields) throws {
        try ask(path, method: method, host: host, fields: fields)
        #expect(try wasPassedOn())
        #expect(try answer() == nil)
    }

    @Test("no answer comes before one that the router owes")
    func order() throws {
        try ask("/health")
        try ask("/tasks")
        #expect(try wasPassedOn() && wasPassedOn())
        #expect(try answer() == nil)
        for _ in 0..<2 {
            #expect(try answer() == nil)
            try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
            try channel.writeOutbound(HTTPResponsePart.end(nil))
            _ = try answer()
        }
        try ask("/tasks")
        #expect(try answer() != nil)
    }

    @Test("a client that takes no answers is left to the router, which waits")
    func backPressure() throws {
        channel.isWritable = false
        try ask("/tasks")
        #expect(try wasPassedOn())
        #expect(try answer() == nil)
    }

    @Test("what was held back of a request that breaks off comes before the error")
    func brokenOff() throws {
        struct Broken: Error {}
        try channel.writeInbound(
            HTTPRequestPart.head(HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/tasks")))
        channel.pipeline.fireErrorCaught(Broken())
        #expect(throws: Broken.self) { try channel.throwIfErrorCaught() }
        guard case .head? = try channel.readInbound(as: HTTPRequestPart.self) else {
            Issue.record("the head is lost")
            return
        }
    }
}
