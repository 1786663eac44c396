import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import TaskModel
import TestSupport
import Testing

@Suite("A list in pages")
struct ListPageTests: RouterSuite {
    let control = FakeTaskControl()

    @Test("is whole however few tasks a page has, and whatever the limit is", arguments: [1, 3, 7, 100])
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
                Issue.record("there is no list for '\(query)'")
                continue
            }
            #expect(tasks.map { $0["task_id"] } == expected.map(JSONValue.string), "\(query)")
            #expect(body["total"] == (query == "?status=paused" ? 0 : 7))
        }
    }
}
