import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import TaskControl
import TaskModel
import TestSupport
import Testing

@Suite("POST /tasks/{id}/retry and POST /reload")
struct RetryTests: RouterSuite {
    let control = FakeTaskControl()
    var configuration = FakeConfiguration()

    @Test("a task that has ended runs again as a new one", arguments: TaskState.allCases.filter(\.isFinal))
    func retry(state: TaskState) async throws {
        let id = await control.add("process_data", state)
        let response = try await send(.post, "/tasks/\(id)/retry")
        #expect(response.status == .created)
        let body = try json(response)
        #expect(body["retry_of"] == .string(id.description))
        let records = await control.records
        #expect(records.count == 2)
        #expect(response.headers[.location] == "/tasks/\(try #require(records.last).id)")
    }

    @Test("a task that has not ended is 409", arguments: TaskState.allCases.filter { !$0.isFinal })
    func notEnded(state: TaskState) async throws {
        let id = await control.add("process_data", state)
        let response = try await send(.post, "/tasks/\(id)/retry")
        try expectProblem(response, 409, "invalid_state")
        #expect(try json(response)["current_status"] == .string(state.rawValue))
    }

    @Test("a command needs full access, an unknown task is 404, and a body must be declared as JSON")
    func refused() async throws {
        let id = await control.add("command", .completed)
        try expectProblem(try await send(.post, "/tasks/\(id)/retry"), 403, "commands_need_token")
        #expect(try await send(.post, "/tasks/\(id)/retry", isOwner: true).status == .created)
        for isOwner in [false, true] {
            try expectProblem(try await send(.post, "/tasks/x/retry", isOwner: isOwner), 404, "task_not_found")
        }
        let other = try await send(.post, "/tasks/\(id)/retry", "x", headers: [.contentType: "text/plain"])
        try expectProblem(other, 415, "unsupported_media_type")
    }

    @Test("a program of a type that is not declared any more needs full access")
    func undeclared() async throws {
        let id = await control.add("transcode", .completed)
        try expectProblem(try await send(.post, "/tasks/\(id)/retry"), 403, "commands_need_token")
        #expect(try await send(.post, "/tasks/\(id)/retry", isOwner: true).status == .created)
    }

    @Test("a reload needs full access, and answers with the number of types")
    func reload() async throws {
        var suite = self
        suite.configuration = FakeConfiguration(.success(3))
        try expectProblem(try await suite.send(.post, "/reload"), 403, "commands_need_token")
        let response = try await suite.send(.post, "/reload", isOwner: true)
        #expect(response.status == .ok)
        #expect(String(buffer: response.body) == #"{"types":3}"#)
    }

    @Test("the problems of a configuration are 422, each with its place")
    func problems() async throws {
        var suite = self
        suite.configuration = FakeConfiguration(
            .failure(
                ConfigurationUnusable([
                    ConfigurationProblem(file: "/c.yaml", place: .init(line: 3, column: 5), message: "unknown key 'x'"),
                    ConfigurationProblem(file: "/c.yaml", place: nil, message: "it cannot be read"),
                ])))
        let response = try await suite.send(.post, "/reload", isOwner: true)
        try expectProblem(response, 422, "invalid_configuration")
        let body = try json(response)
        #expect(body["detail"] == "/c.yaml:3:5: unknown key 'x'; it cannot be read")
        #expect(
            body["errors"] == [
                ["column": 5, "file": "/c.yaml", "line": 3, "message": "unknown key 'x'"],
                ["column": nil, "file": "/c.yaml", "line": nil, "message": "it cannot be read"],
            ])
    }
}
