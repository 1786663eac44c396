import HTTPSupport
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import TaskModel
import TestSupport
import Testing

@Suite("Actions through the API")
struct ActionTests: RouterSuite {
    let control = FakeTaskControl()

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
        "DELETE ends by force, or gracefully on request",
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
}
