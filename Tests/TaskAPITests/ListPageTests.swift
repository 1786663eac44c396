import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import TaskModel
import TestSupport
import Testing

@Suite("Lists in pages")
struct ListPageTests: RouterSuite {
    let control = FakeTaskControl()

    @Test("A list is complete whatever the sizes of its pages and its limit are", arguments: [1, 3, 7, 100])
    func pages(size: Int) async throws {
        var ids: [String] = []
        for _ in 0..<7 { ids.append(await control.add("process_data", .running).description) }
        await control.limitPages(to: size)
        for (query, expected) in [
            ("", ids), ("?limit=1", Array(ids.prefix(1))), ("?limit=3", Array(ids.prefix(3))),
            ("?limit=7", ids), ("?limit=8", ids), ("?after=\(ids[6])", []),
            ("?after=\(ids[2])&limit=3", Array(ids[3...5])),
            ("?status=paused", []),
        ] {
            let body = try json(try await send(.get, "/tasks\(query)"))
            guard case .array(let tasks)? = body["tasks"] else {
                Issue.record("no list for '\(query)'")
                continue
            }
            #expect(tasks.map { $0["task_id"] } == expected.map(JSONValue.string), "\(query)")
            #expect(body["total"] == (query == "?status=paused" ? 0 : 7))
        }
    }

    @Test(
        "The total of a complete list is the number of its tasks, also while tasks are being removed",
        arguments: [1, 3, 100])
    func total(size: Int) async throws {
        for _ in 0..<7 { _ = await control.add("process_data", .running) }
        await control.limitPages(to: size)
        await control.countRemovedTasks(2)
        for (query, total) in [("", 7), ("?limit=7", 7), ("?limit=8", 7), ("?status=paused", 0), ("?limit=3", 9)] {
            let body = try json(try await send(.get, "/tasks\(query)"))
            #expect(body["total"] == .integer(Int64(total)), "\(query)")
        }
    }
}
