import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import TaskModel
import TestSupport
import Testing

@Suite("Summaries")
struct SummaryTests: RouterSuite {
    let control = FakeTaskControl()

    private static let left: [JSONName] = ["task_data", "result", "attempts"]

    @Test("leave out the data, the result and the attempts, and nothing else", arguments: ["", "&detail=true"])
    func single(detail: String) async throws {
        let id = await control.add("process_data", .completed, data: ["items": [1, 2]])
        await control.setResult(["a": 1], of: id)
        var members = try json(try await send(.get, "/tasks/\(id)?\(detail.dropFirst())"))
        #expect(members["result"] == ["a": 1])
        for name in Self.left { #expect(members.removeValue(forKey: name) != nil) }
        let summary = try await send(.get, "/tasks/\(id)?fields=summary\(detail)")
        #expect(try json(summary) == members)
    }

    @Test("are in lists what they are in single records")
    func list() async throws {
        let ids = [await control.add("process_data", .running), await control.add("cpu_intensive", .queued)]
        let list = try json(try await send(.get, "/tasks?fields=summary"))
        var singles: [JSONValue] = []
        for id in ids { singles.append(.object(try json(try await send(.get, "/tasks/\(id)?fields=summary")))) }
        #expect(list == ["tasks": .array(singles), "total": 2])
        let head = try await send(.head, "/tasks?fields=summary")
        #expect(head.headers[.contentLength] == (try await send(.get, "/tasks?fields=summary")).headers[.contentLength])
    }

    @Test(
        "are refused under any other name",
        arguments: ["", "all", "Summary", "summary,status", "summary&fields=summary"])
    func other(value: String) async throws {
        let id = await control.add("process_data", .running)
        for path in ["/tasks", "/tasks/\(id)"] {
            let response = try await send(.get, "\(path)?fields=\(value)")
            try expectProblem(response, 400, "invalid_parameter")
            #expect(String(buffer: response.body).contains("fields "))
        }
    }
}
