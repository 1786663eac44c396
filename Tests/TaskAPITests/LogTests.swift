import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import NIOCore
import TaskControl
import TaskModel
import TestSupport
import Testing

@Suite("GET /tasks/{id}/log")
struct LogTests: RouterSuite {
    let control = FakeTaskControl()
    let logs = FakeTaskLogs()
    private static let text = "0123456789\n"

    private func task(_ log: FakeLog = FakeLog(LogTests.text)) async -> TaskID {
        let id = await control.add("command", .completed)
        await logs.set(log, of: id)
        return id
    }

    @Test("the text comes as it is, with a tag, and HEAD has the same headers")
    func text() async throws {
        let id = await task()
        let response = try await send(.get, "/tasks/\(id)/log", isOwner: true)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/plain; charset=utf-8")
        #expect(response.headers[.eTag] == "\"t-text\"")
        #expect(response.headers[.acceptRanges] == "bytes")
        #expect(String(buffer: response.body) == Self.text)
        let head = try await send(.head, "/tasks/\(id)/log", isOwner: true)
        #expect(head.status == .ok)
        #expect(head.headers[.eTag] == "\"t-text\"")
        #expect(head.headers[.contentLength] == "\(Self.text.utf8.count)")
        #expect(head.body.readableBytes == 0)
    }

    @Test("the parameters reach the reader")
    func parameters() async throws {
        let id = await task()
        let response = try await send(
            .get, "/tasks/\(id)/log?stream=stderr&tail=5&since=2026-11-25T22:36:30Z&format=cri&follow&attempt=1",
            isOwner: true)
        #expect(response.status == .ok)
        var query = LogQuery()
        (query.stream, query.tail, query.since) = (.standardError, 5, Timestamp("2026-11-25T22:36:30Z"))
        (query.format, query.follows, query.attempt) = (.cri, true, 1)
        #expect(await logs.queries == [query])
    }

    @Test("a time back is counted from now", arguments: [("30s", 30), ("5m", 300), ("2h", 7200)])
    func since(text: String, seconds: Int64) async throws {
        let id = await task()
        let before = ServiceClock().now.wall.milliseconds
        #expect(try await send(.get, "/tasks/\(id)/log?since=\(text)", isOwner: true).status == .ok)
        let after = ServiceClock().now.wall.milliseconds
        let since = try #require(await logs.queries.first?.since).milliseconds
        #expect((before - seconds * 1000...after - seconds * 1000).contains(since))
    }

    @Test("a program waits for a reader that holds its log, not for one that wants the head only")
    func hold() async throws {
        let id = await task()
        for method in [HTTPRequest.Method.head, .get] {
            #expect(try await send(method, "/tasks/\(id)/log?follow=true&hold=true", isOwner: true).status == .ok)
        }
        #expect(await logs.queries.map(\.holds) == [false, true])
        #expect(await logs.queries.map(\.follows) == [true, true])
    }

    @Test(
        "a bad parameter is 400 that names it",
        arguments: [
            ("stream=both", "stream"), ("tail=-1", "tail"), ("tail=", "tail"), ("since=yesterday", "since"),
            ("since=5", "since"), ("since=99999999999999999999h", "since"), ("format=json", "format"),
            ("follow=maybe", "follow"), ("hold=true", "hold"), ("hold=maybe&follow=true", "hold"),
            ("attempt=0", "attempt"), ("attempt=x", "attempt"), ("bogus=1", "bogus"),
        ])
    func badParameters(query: String, name: String) async throws {
        let id = await task()
        let response = try await send(.get, "/tasks/\(id)/log?\(query)", isOwner: true)
        try expectProblem(response, 400, "invalid_parameter")
        #expect(String(buffer: response.body).contains(#""detail":"\#(name) "#))
    }

    @Test("an unknown task and an unknown attempt are 404")
    func unknown() async throws {
        let id = await task()
        try expectProblem(try await send(.get, "/tasks/\(id)/log?attempt=2", isOwner: true), 404, "attempt_not_found")
        try expectProblem(try await send(.get, "/tasks/nope/log", isOwner: true), 404, "task_not_found")
    }

    @Test(
        "a range of a finished attempt is 206",
        arguments: [
            ("bytes=0-3", "bytes 0-3/11", "0123"), ("bytes=8-", "bytes 8-10/11", "89\n"),
            ("bytes=-2", "bytes 9-10/11", "9\n"), ("bytes=5-99", "bytes 5-10/11", "56789\n"),
            ("BYTES = 4-4", "bytes 4-4/11", "4"), ("bytes=-99", "bytes 0-10/11", "0123456789\n"),
        ])
    func range(header: String, content: String, body: String) async throws {
        let id = await task()
        let response = try await send(.get, "/tasks/\(id)/log", headers: [.range: header], isOwner: true)
        #expect(response.status == .partialContent)
        #expect(response.headers[.contentRange] == content)
        #expect(response.headers[.contentLength] == "\(body.utf8.count)")
        #expect(String(buffer: response.body) == body)
    }

    @Test("a range that is not there is 416", arguments: ["bytes=11-", "bytes=-0", "bytes=50-60"])
    func unsatisfiable(header: String) async throws {
        let id = await task()
        let response = try await send(.get, "/tasks/\(id)/log", headers: [.range: header], isOwner: true)
        try expectProblem(response, 416, "range_not_satisfiable")
        #expect(response.headers[.contentRange] == "bytes */11")
    }

    @Test(
        "a range that means nothing is ignored, and so is one of another state of the log",
        arguments: [
            ["Range": "bytes=3-1"], ["Range": "bytes=0-1,3-4"], ["Range": "lines=0-1"], ["Range": "bytes=x-"],
            ["Range": "bytes=0-1", "If-Range": "\"other\""],
        ])
    func ignored(headers: [String: String]) async throws {
        let id = await task()
        var fields: HTTPFields = [:]
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let response = try await send(.get, "/tasks/\(id)/log", headers: fields, isOwner: true)
        #expect(response.status == .ok)
        #expect(String(buffer: response.body) == Self.text)
    }

    @Test("an attempt that is still writing has neither tag nor ranges")
    func growing() async throws {
        let id = await task(FakeLog(Self.text, tag: nil))
        let response = try await send(.get, "/tasks/\(id)/log", headers: [.range: "bytes=0-1"], isOwner: true)
        #expect(response.status == .ok)
        #expect(response.headers[.eTag] == nil)
        #expect(String(buffer: response.body) == Self.text)
    }

    @Test("a reader that has the current state of a log is answered with 304")
    func notModified() async throws {
        let id = await task()
        for tags in ["\"t-text\"", "\"other\", W/\"t-text\"", "*"] {
            let response = try await send(.get, "/tasks/\(id)/log", headers: [.ifNoneMatch: tags], isOwner: true)
            #expect(response.status == .notModified)
            #expect(response.headers[.eTag] == "\"t-text\"")
            #expect(response.body.readableBytes == 0)
        }
        let response = try await send(.get, "/tasks/\(id)/log", headers: [.ifNoneMatch: "\"other\""], isOwner: true)
        #expect(response.status == .ok)
    }

    @Test("a program's log needs full access, that of built-in work does not, and a dropped beginning is marked")
    func access() async throws {
        let id = await task()
        try expectProblem(try await send(.get, "/tasks/\(id)/log"), 403, "commands_need_token")
        let log = FakeLog(Self.text, hasTimes: false, isTruncated: true)
        let other = await control.add("process_data", .completed)
        await logs.set(log, isOfProgram: false, of: other)
        for query in ["since=5m", "format=cri"] {
            try expectProblem(try await send(.get, "/tasks/\(other)/log?\(query)"), 400, "invalid_parameter")
        }
        let response = try await send(.get, "/tasks/\(other)/log")
        #expect(response.status == .ok)
        #expect(response.headers[try #require(HTTPField.Name("X-Log-Truncated"))] == "true")
        #expect(String(buffer: response.body) == Self.text)
    }
}
