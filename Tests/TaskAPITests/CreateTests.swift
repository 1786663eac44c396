import HTTPSupport
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import TaskModel
import TestSupport
import Testing

@Suite("POST /tasks")
struct CreateTests: RouterSuite {
    let control = FakeTaskControl()

    @Test("a task is created, with its place and its record")
    func create() async throws {
        let response = try await send(.post, "/tasks", #"{"task_type":"process_data","task_data":{"items":[1]}}"#)
        #expect(response.status == .created)
        #expect(response.headers[.contentType] == "application/json")
        let body = try json(response)
        guard case .string(let id)? = body["task_id"] else {
            Issue.record("there is no id")
            return
        }
        #expect(response.headers[.location] == "/tasks/\(id)")
        #expect(body["task_data"] == ["items": [1]])
        #expect(body["result"] == .null)
    }

    @Test(
        "a body that is no JSON object is 400",
        arguments: ["", "{", "nul", "[1]", "1", "\"x\"", "null", "{\"task_type\":NaN}", "{\"a\":1e999}", "{} {}"])
    func malformed(body: String) async throws {
        try expectProblem(try await send(.post, "/tasks", body), 400, "malformed_json")
    }

    @Test("100 000-fold nesting is 400")
    func nested() async throws {
        let body = #"{"task_type":"process_data","task_data":{"items":"# + String(repeating: "[", count: 100_000)
        try expectProblem(try await send(.post, "/tasks", body), 400, "malformed_json")
    }

    @Test("bad fields are 422, all at once, each by name")
    func badFields() async throws {
        let body = #"{"task_type":"cpu_intensive","task_data":{"complexity":0,"x":1},"y":2}"#
        let response = try await send(.post, "/tasks", body)
        try expectProblem(response, 422, "validation_failed")
        guard case .array(let errors)? = try json(response)["errors"] else {
            Issue.record("there are no errors")
            return
        }
        #expect(errors.map { $0.members?["field"] } == ["task_data.complexity", "task_data.x", "y"])
        #expect(errors.map { $0.members?["code"] } == ["out_of_range", "unknown_field", "unknown_field"])
        #expect(await control.records.isEmpty)
    }

    @Test("a body beyond a mebibyte is 413, one just below is read")
    func size() async throws {
        let big =
            #"{"task_type":"process_data","task_data":{"items":[""# + String(repeating: "x", count: 1 << 20) + #""]}}"#
        try expectProblem(try await send(.post, "/tasks", big), 413, "body_too_large")
        let frame = #"{"task_type":"process_data","task_data":{"items":[""]}}"#
        let fitting = frame.replacing(
            "\"\"", with: "\"" + String(repeating: "x", count: (1 << 20) - frame.utf8.count) + "\"")
        #expect(fitting.utf8.count == 1 << 20)
        #expect(try await send(.post, "/tasks", fitting).status == .created)
    }

    @Test(
        "a content type that is there and not JSON is 415",
        arguments: ["text/plain", "application/x-www-form-urlencoded"])
    func contentType(type: String) async throws {
        let response = try await send(.post, "/tasks", "{}", headers: [.contentType: type])
        try expectProblem(response, 415, "unsupported_media_type")
        #expect(response.headers[.init("Accept-Post")!] == "application/json")
    }

    @Test("a body that is encoded is 415, wherever one is read", arguments: ["gzip", "br", "identity, gzip", "GZIP"])
    func contentEncoding(encoding: String) async throws {
        let id = await control.add("process_data", .running)
        for (method, path) in [
            (HTTPRequest.Method.post, "/tasks"), (.post, "/tasks/\(id)/control"), (.patch, "/tasks/\(id)"),
            (.post, "/queue/pause"),
        ] {
            let response = try await send(method, path, "{}", headers: [.contentEncoding: encoding])
            try expectProblem(response, 415, "unsupported_content_encoding")
            #expect(response.headers[.acceptEncoding] == "identity")
            #expect(response.headers[.init("Accept-Post")!] == nil)
        }
    }

    @Test("a body with the encoding identity is read", arguments: ["identity", "Identity", ""])
    func identity(encoding: String) async throws {
        let body = #"{"task_type":"process_data"}"#
        #expect(try await send(.post, "/tasks", body, headers: [.contentEncoding: encoding]).status == .created)
    }

    @Test("members and whole numbers are returned as they were sent, however long or alike")
    func exactness() async throws {
        let items = #"[18446744073709551615,-9223372036854775809,{"e\u0301":1,"é":2}]"#
        let response = try await send(.post, "/tasks", #"{"task_type":"process_data","task_data":{"items":\#(items)}}"#)
        #expect(response.status == .created)
        #expect(
            String(buffer: response.body).contains(
                "[18446744073709551615,-9223372036854775809,{\"e\u{301}\":1,\"\u{E9}\":2}]"))
    }

    @Test(
        "a time that cannot be written in UTC is 422",
        arguments: [
            "9999-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:00:00-23:59",
        ])
    func timesBeyond(text: String) async throws {
        let body = #"{"task_type":"process_data","not_before":"\#(text)"}"#
        let response = try await send(.post, "/tasks", body)
        try expectProblem(response, 422, "validation_failed")
        #expect(String(buffer: response.body).contains("0000 to 9999"))
        #expect(await control.records.isEmpty)
    }

    @Test(
        "the first and the last valid time are returned as they were sent",
        arguments: [
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
            ("9999-12-31T23:58:60Z", "9999-12-31T23:59:00.000Z"),
            ("9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.999Z"),
        ])
    func timesWithin(text: String, written: String) async throws {
        let body = #"{"task_type":"process_data","not_before":"\#(text)"}"#
        #expect(try json(try await send(.post, "/tasks", body))["not_before"] == .string(written))
    }

    @Test("while shutting down nothing is accepted")
    func shuttingDown() async throws {
        await control.fail(by: .shuttingDown)
        let response = try await send(.post, "/tasks", #"{"task_type":"process_data"}"#)
        try expectProblem(response, 503, "shutting_down")
        #expect(response.headers[.retryAfter] == "1")
    }
}
