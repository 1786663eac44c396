import HTTPSupport
import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import TaskModel
import TestSupport
import Testing

@Suite("Who may run commands")
struct AccessTests: RouterSuite {
    let control = FakeTaskControl()
    private static let command = #"{"task_type":"command","task_data":{"command":["true"]}}"#

    @Test(
        "a command without the token is 403, and the problem names both ways",
        arguments: [nil, "Bearer other", "s3cret"])
    func refused(authorization: String?) async throws {
        let token = try #require(AccessToken("s3cret"))
        let headers: HTTPFields = authorization.map { [.authorization: $0] } ?? [:]
        let response = try await send(.post, "/tasks", Self.command, headers: headers, token: token)
        try expectProblem(response, 403, "commands_need_token")
        let body = String(buffer: response.body)
        #expect(body.contains("'/t/token'"))
        #expect(body.contains("'/t/api.sock'"))
        #expect(await control.records.isEmpty)
    }

    @Test("a command that is refused is not read any further: its fields do not matter")
    func fields() async throws {
        let response = try await send(.post, "/tasks", #"{"task_type":"command","bogus":1}"#)
        try expectProblem(response, 403, "commands_need_token")
    }

    @Test("with the token, or over the socket, a command is not refused")
    func admitted() async throws {
        let token = try #require(AccessToken("s3cret"))
        let sent = try await send(
            .post, "/tasks", Self.command, headers: [.authorization: "bearer s3cret"], token: token)
        #expect(sent.status != .forbidden)
        let local = try await send(.post, "/tasks", Self.command, isOwner: true)
        #expect(local.status != .forbidden)
    }

    @Test("other tasks need no token, and may send a wrong one")
    func others() async throws {
        let token = try #require(AccessToken("s3cret"))
        for headers: HTTPFields in [[:], [.authorization: "Bearer wrong"]] {
            let response = try await send(
                .post, "/tasks", #"{"task_type":"process_data"}"#, headers: headers, token: token)
            #expect(response.status == .created)
        }
    }

    @Test("where a token is set for the service, a command without it is 401")
    func configured() async throws {
        let token = try #require(AccessToken("s3cret"))
        let policy = AccessPolicy(token: token, hosts: .loopback(boundName: "127.0.0.1"))
        let refused = try await send(.post, "/tasks", Self.command, policy: policy, token: token)
        try expectProblem(refused, 401, "unauthorized")
    }

    @Test("over the socket the origin is not checked")
    func socket() async throws {
        let response = try await send(
            .get, "/tasks", headers: [.origin: "http://evil.example"], isOwner: true)
        #expect(response.status == .ok)
    }

    @Test("the log of a program needs full access, that of work in Swift does not")
    func detail() async throws {
        let program = await control.add("command", .running)
        let work = await control.add("process_data", .running)
        try expectProblem(try await send(.get, "/tasks/\(program)?detail=true"), 403, "commands_need_token")
        #expect(try await send(.get, "/tasks/\(program)").status == .ok)
        #expect(try await send(.get, "/tasks/\(program)?detail=true", isOwner: true).status == .ok)
        #expect(try await send(.get, "/tasks/\(work)?detail=true").status == .ok)
    }

    @Test("a program's last line is in no record for limited access", arguments: [false, true])
    func error(isOwner: Bool) async throws {
        let id = await control.add("command", .failed)
        await control.setError("exit code 3: secret", of: id)
        for path in ["/tasks", "/tasks/\(id)", "/tasks?fields=summary", "/tasks/\(id)?fields=summary"] {
            let body = String(buffer: try await send(.get, path, isOwner: isOwner).body)
            #expect(body.contains("exit code 3"))
            #expect(body.contains("secret") == isOwner)
        }
    }
}
