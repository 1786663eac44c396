import HTTPSupport
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import TaskAPI
import TaskControl
import TaskModel
import TestSupport
import Testing

@Suite("The API through its router")
struct APITests: RouterSuite {
    let control = FakeTaskControl()

    // MARK: - Create

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

    @Test("a body that says that it is not encoded is read", arguments: ["identity", "Identity", ""])
    func identity(encoding: String) async throws {
        let body = #"{"task_type":"process_data"}"#
        #expect(try await send(.post, "/tasks", body, headers: [.contentEncoding: encoding]).status == .created)
    }

    @Test("members and whole numbers come back as they were sent, however long or alike")
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
        "the first and the last time that can be written come back",
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

    // MARK: - List and show

    @Test(
        "the list is filtered and paged",
        arguments: [
            ("/tasks", [0, 1, 2, 3], 4), ("/tasks?status=running", [0, 1], 2),
            ("/tasks?status=running,paused", [0, 1, 2], 3),
            ("/tasks?task_type=cpu_intensive", [1], 1), ("/tasks?limit=2", [0, 1], 4), ("/tasks/", [0, 1, 2, 3], 4),
            ("/tasks?after=ID1", [2, 3], 4), ("/tasks?after=ID1&limit=1", [2], 4), ("/tasks?status=failed", [], 0),
        ] as [(String, [Int], Int64)])
    func list(uri: String, expected: [Int], total: Int64) async throws {
        let ids = [
            await control.add("process_data", .running), await control.add("cpu_intensive", .running),
            await control.add("process_data", .paused), await control.add("process_data", .completed),
        ]
        let response = try await send(.get, uri.replacing("ID1", with: ids[1].description))
        #expect(response.status == .ok)
        let page = try JSONCoding.decode(TaskList.self, from: response.body.readableBytesView)
        #expect(page.tasks.map(\.id) == expected.map { ids[$0] })
        #expect(page.total == Int(total))
    }

    @Test(
        "a parameter that is unknown, repeated or not valid is 400, by name",
        arguments: [
            "/tasks?status=bogus", "/tasks?limit=0", "/tasks?limit=x", "/tasks?limit=-1", "/tasks?after=x",
            "/tasks?state=running",
            "/tasks?limit=1&limit=2", "/health?x=1", "/tasks?status=", "/tasks?status", "/tasks?task_type=",
            "/tasks?task_type", "/tasks?limit=", "/tasks?after=", "/tasks?status=running,,paused",
            "/tasks?status=running,",
            "/tasks?status=running&status=paused", "/tasks?limit=%2B5", "/tasks?status=running,%CC%81paused",
            "/tasks/01ARYZ6S410000000000000000?detail=maybe",
        ])
    func badParameters(uri: String) async throws {
        try expectProblem(try await send(.get, uri), 400, "invalid_parameter")
    }

    @Test("one task is shown; with detail its worker is asked")
    func show() async throws {
        let id = await control.add("process_data", .running)
        let plain = try json(try await send(.get, "/tasks/\(id)"))
        #expect(plain["status"] == "running")
        #expect(plain["worker"] == nil)
        let detail = try json(try await send(.get, "/tasks/\(id)?detail=true"))
        #expect(detail["status"] == "running")
        #expect(detail["worker"] == ["pid": 42])
        #expect(detail["worker_error"] == .null)
        #expect(detail["log"] == ["a line"])
        #expect(try json(try await send(.get, "/tasks/\(id)?detail=false"))["worker"] == nil)
    }

    @Test("a worker that does not answer is no error of the list's or the record's")
    func silentWorker() async throws {
        let id = await control.add("process_data", .running)
        await control.answerDetail(by: .unavailable("the worker did not answer within 1 s"))
        let response = try await send(.get, "/tasks/\(id)?detail=true")
        #expect(response.status == .ok)
        #expect(try json(response)["worker"] == .null)
        #expect(try json(response)["worker_error"] == "the worker did not answer within 1 s")
    }

    @Test(
        "an id that no task has, or that is none, is 404",
        arguments: [
            "01ARYZ6S410000000000000000", "1", "%2e%2e%2fetc", "a%00b", "x".padding(1000), "01aryz6s410000000000000000",
        ])
    func unknownID(id: String) async throws {
        try expectProblem(try await send(.get, "/tasks/\(id)"), 404, "task_not_found")
        try expectProblem(try await send(.get, "/tasks/\(id)?detail=true"), 404, "task_not_found")
        try expectProblem(try await send(.delete, "/tasks/\(id)"), 404, "task_not_found")
        try expectProblem(try await send(.post, "/tasks/\(id)/control", #"{"action":"pause"}"#), 404, "task_not_found")
    }

    // MARK: - Control and delete

    @Test(
        "an action has its effect", arguments: zip(TaskAction.allCases, ["paused", "running", "terminated", "killed"]))
    func actions(action: TaskAction, status: String) async throws {
        let id = await control.add("process_data", .running)
        let response = try await send(.post, "/tasks/\(id)/control", #"{"action":"\#(action.rawValue)"}"#)
        #expect(response.status == .ok)
        #expect(try json(response)["status"] == .string(status))
    }

    @Test(
        "a bad action is 422, by name",
        arguments: ["{}", #"{"action":"explode"}"#, #"{"action":1}"#, #"{"action":"pause","x":1}"#])
    func badAction(body: String) async throws {
        let id = await control.add("process_data", .running)
        try expectProblem(try await send(.post, "/tasks/\(id)/control", body), 422, "validation_failed")
    }

    @Test("a task that is finished refuses by 409, telling its state")
    func conflict() async throws {
        let id = await control.add("process_data", .completed)
        for response in [
            try await send(.post, "/tasks/\(id)/control", #"{"action":"pause"}"#),
            try await send(.delete, "/tasks/\(id)"), try await send(.delete, "/tasks/\(id)?use_http=true"),
        ] {
            try expectProblem(response, 409, "already_finished")
            #expect(try json(response)["current_status"] == "completed")
            #expect(try json(response)["allowed_actions"] == [])
        }
    }

    @Test("an action that the state does not allow is 409, telling what it does allow")
    func invalidState() async throws {
        let id = await control.add("process_data", .stopping)
        await control.fail(by: .invalidState(id, action: .pause, current: .stopping))
        let response = try await send(.post, "/tasks/\(id)/control", #"{"action":"pause"}"#)
        try expectProblem(response, 409, "invalid_state")
        #expect(try json(response)["allowed_actions"] == ["terminate", "kill"])
    }

    @Test("a worker that does not acknowledge is 504")
    func timeout() async throws {
        let id = await control.add("process_data", .running)
        await control.fail(by: .workerUnresponsive(id, action: .pause, reason: "no answer"))
        try expectProblem(
            try await send(.post, "/tasks/\(id)/control", #"{"action":"pause"}"#), 504, "worker_timeout")
    }

    @Test(
        "DELETE ends by force, or gracefully where asked",
        arguments: [
            ("", "killed"), ("?use_http=false", "killed"), ("?use_http=true", "terminated"),
            ("?use_http=1", "terminated"),
        ])
    func delete(query: String, status: String) async throws {
        let id = await control.add("process_data", .running)
        #expect(try json(try await send(.delete, "/tasks/\(id)\(query)"))["status"] == .string(status))
    }

    @Test("a flag that is neither true nor false is 400 and ends nothing")
    func badFlag() async throws {
        let id = await control.add("process_data", .running)
        try expectProblem(try await send(.delete, "/tasks/\(id)?use_http=maybe"), 400, "invalid_parameter")
        #expect(await control.task(id)?.state == .running)
    }

    // MARK: - The router's own

    @Test("health tells version, uptime and the counts of all states")
    func health() async throws {
        let body = try json(try await send(.get, "/health"))
        #expect(body["status"] == "ok")
        #expect(body["version"] == .string(taskdeckVersion))
        #expect(body["uptime_ms"] == 1500)
        #expect(body["counts"]?.members?.count == TaskState.allCases.count)
        #expect(body["counts"]?.members?["running"] == 2)
    }

    @Test(
        "an unknown path is 404",
        arguments: ["/", "/nope", "/tasks/1/2/3", "/tasks/1/nope", "/health/x", "/tasks/../etc/passwd"])
    func unknownPath(path: String) async throws {
        try expectProblem(try await send(.get, path), 404, "not_found")
    }

    @Test(
        "a method that a path does not have is 405 with Allow",
        arguments: [
            ("/tasks", HTTPRequest.Method.put, "GET, HEAD, POST, OPTIONS"),
            ("/tasks", .delete, "GET, HEAD, POST, OPTIONS"),
            ("/tasks/1", .post, "GET, HEAD, PATCH, DELETE, OPTIONS"),
            ("/tasks/1", .put, "GET, HEAD, PATCH, DELETE, OPTIONS"), ("/queue", .post, "GET, HEAD, OPTIONS"),
            ("/queue/pause", .get, "POST, OPTIONS"), ("/queue/resume", .delete, "POST, OPTIONS"),
            ("/tasks/1/control", .get, "POST, OPTIONS"), ("/health", .post, "GET, HEAD, OPTIONS"),
            ("/health", .init("BREW")!, "GET, HEAD, OPTIONS"),
        ])
    func method(path: String, method: HTTPRequest.Method, allow: String) async throws {
        let response = try await send(method, path)
        try expectProblem(response, 405, "method_not_allowed")
        #expect(response.headers[.allow] == allow)
        let options = try await send(.options, path)
        #expect(options.status == .noContent)
        #expect(options.headers[.allow] == allow)
    }

    @Test("HEAD answers as GET does, without the body", arguments: ["/health", "/tasks", "/nope"])
    func head(path: String) async throws {
        let get = try await send(.get, path)
        let head = try await send(.head, path)
        #expect(head.status == get.status)
        #expect(head.headers[.contentType] == get.headers[.contentType])
        #expect(head.headers[.contentLength] == get.headers[.contentLength])
        #expect(head.body.readableBytes == 0)
    }

    // MARK: - Access

    @Test("a page of another origin is kept out")
    func origin() async throws {
        let response = try await send(
            .post, "/tasks", #"{"task_type":"process_data"}"#, headers: [.origin: "http://evil.example"])
        try expectProblem(response, 403, "foreign_origin")
        #expect(await control.records.isEmpty)
    }

    @Test("with a token, who does not have it is 401 everywhere", arguments: ["/health", "/tasks", "/nope"])
    func token(path: String) async throws {
        let token = try #require(AccessToken("s3cret"))
        let policy = AccessPolicy(token: token, hosts: .loopback(boundName: "127.0.0.1"))
        let refused = try await send(.get, path, policy: policy)
        try expectProblem(refused, 401, "unauthorized")
        #expect(refused.headers[.wwwAuthenticate] == "Bearer")
        let admitted = try await send(.get, path, headers: [.authorization: "Bearer s3cret"], policy: policy)
        #expect(admitted.status == (path == "/nope" ? .notFound : .ok))
    }
}

extension String {
    fileprivate func padding(_ count: Int) -> String {
        String(repeating: self, count: count)
    }
}
