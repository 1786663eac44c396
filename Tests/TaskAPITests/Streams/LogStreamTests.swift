import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import ServiceLog
import TaskControl
import TaskModel
import TestSupport
import Testing

@Suite("The service's log as a stream", .timeLimit(.minutes(15)))
struct LogStreamTests: RouterSuite {
    let control = FakeTaskControl()
    let log: LogHub?

    init() throws {
        let hub = try LogHub(standardError: nil, file: nil)
        for number in 0..<10 { hub.log(number.isMultiple(of: 3) ? .warning : .info, "line \(number)\n") }
        hub.log(.info, "  … and 3 more wait", dump: .others(3))
        log = hub
    }

    private func records(_ query: String) async throws -> [LogRecord] {
        let response = try await send(.get, "/log" + query, isOwner: true)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "application/x-ndjson")
        let lines = String(buffer: response.body).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.last == "")
        return try lines.dropLast().map { try JSONCoding.decode(LogRecord.self, from: $0.utf8) }
    }

    @Test("has a line of JSON for each record that is kept, and ends")
    func kept() async throws {
        let records = try await records("")
        #expect(records.map(\.number) == Array(0...10))
        #expect(records.first?.text == "line 0\\u{A}")
        #expect(records.map(\.level).prefix(4) == [.warning, .info, .info, .warning])
        #expect(records.last?.dump == .others(3))
        #expect(records.dropLast().allSatisfy { $0.dump == nil })
    }

    @Test(
        "tail counts the records of the level",
        arguments: [
            ("?tail=2", [9, 10]), ("?tail=0", []), ("?level=warning", [0, 3, 6, 9]), ("?level=warning&tail=1", [9]),
            ("?level=error", []), ("?tail=100&follow=false", Array(0...10)),
        ])
    func selection(query: String, numbers: [Int]) async throws {
        #expect(try await records(query).map(\.number) == numbers)
    }

    @Test(
        "bad parameters are 400, and named",
        arguments: [
            ("tail=-1", "tail"), ("tail=x", "tail"), ("level=loud", "level"), ("follow=2", "follow"), ("x=1", "x"),
        ])
    func bad(query: String, name: String) async throws {
        let response = try await send(.get, "/log?\(query)", isOwner: true)
        try expectProblem(response, 400, "invalid_parameter")
        #expect(String(buffer: response.body).contains("\"detail\":\"\(name) "))
    }

    @Test("needs full access, since it may have what programs have written")
    func access() async throws {
        try expectProblem(try await send(.get, "/log"), 403, "commands_need_token")
        #expect(try await send(.get, "/log", isOwner: true).status == .ok)
        #expect(try await send(.head, "/log", isOwner: true).status == .ok)
    }

    @Test("follows what is logged, and ends with the service")
    func following() async throws {
        let (control, hub) = (control, try #require(log))
        let token = try #require(AccessToken("s3cret"))
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control, log: hub, token: token) { port in
            var http = HTTP(base: "http://127.0.0.1:\(port)")
            http.headers = [("Authorization", "Bearer s3cret")]
            var lines = try await http.lines("/log?follow=true&level=info&tail=1")
            #expect(try await lines.next()?.contains("\"number\":10,") == true)
            hub.log(.debug, "hidden")
            hub.log(.error, "shown")
            let line = try #require(try await lines.next())
            #expect(try JSONCoding.decode(LogRecord.self, from: line.utf8).text == "shown")
            control.journal.finish()
            #expect(try await lines.next() == nil)
        }
    }
}
