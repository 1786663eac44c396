import HTTPSupport
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import TaskControl
import TaskModel
import TestSupport
import Testing

@Suite("Reading tasks through the API")
struct ReadingTests: RouterSuite {
    let control = FakeTaskControl()

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

    @Test("one task is shown, with detail also the status of its worker")
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
}

extension String {
    fileprivate func padding(_ count: Int) -> String {
        String(repeating: self, count: count)
    }
}
