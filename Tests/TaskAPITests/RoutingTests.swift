import HTTPSupport
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import TaskModel
import TestSupport
import Testing

@Suite("Paths, methods and access")
struct RoutingTests: RouterSuite {
    let control = FakeTaskControl()

    @Test("health contains version, uptime and the counts of all states")
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
            ("/tasks/1/control", .get, "POST, OPTIONS"), ("/tasks/1/retry", .get, "POST, OPTIONS"),
            ("/tasks/1/log", .post, "GET, HEAD, OPTIONS"), ("/reload", .get, "POST, OPTIONS"),
            ("/health", .post, "GET, HEAD, OPTIONS"),
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

    @Test(
        "The answer to HEAD has the status and the headers of that to GET, and no body",
        arguments: ["/health", "/types", "/queue", "/tasks", "/tasks?limit=2", "/tasks?limit=x", "/tasks/x", "/nope"])
    func head(path: String) async throws {
        // In several pages, so that the length of the whole list is not known.
        for _ in 0..<3 { _ = await control.add("process_data", .running) }
        await control.limitPages(to: 1)
        let get = try await send(.get, path)
        let head = try await send(.head, path)
        #expect(head.status == get.status)
        #expect(head.headers == get.headers)
        #expect(head.body.readableBytes == 0)
    }

    @Test("The answer to HEAD for a task has the headers of that to GET", arguments: ["", "?detail=true"])
    func headOfTask(query: String) async throws {
        let id = await control.add("process_data", .running)
        let get = try await send(.get, "/tasks/\(id)\(query)")
        let head = try await send(.head, "/tasks/\(id)\(query)")
        #expect(head.status == .ok)
        #expect(head.headers == get.headers)
        #expect(head.headers[.contentLength] == String(get.body.readableBytes))
    }

    @Test("a page of another origin is refused")
    func origin() async throws {
        let response = try await send(
            .post, "/tasks", #"{"task_type":"process_data"}"#, headers: [.origin: "http://evil.example"])
        try expectProblem(response, 403, "foreign_origin")
        #expect(await control.records.isEmpty)
    }

    @Test("with a token, requests without it are 401 everywhere", arguments: ["/health", "/tasks", "/nope"])
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
