import HTTPTypes
import HummingbirdTesting
import JSON
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import TaskAPI

@Suite("The table of routes")
struct RouteTests: RouterSuite {
    let control = FakeTaskControl()
    let logs = FakeTaskLogs()

    init() {
        // Streams end with the service.
        control.journal.finish()
    }

    @Test("has every route once, with a summary")
    func once() {
        let routes = Route.all.map { "\($0.method) \($0.path)" }
        #expect(Set(routes).count == routes.count)
        #expect(Route.all.allSatisfy { !$0.summary.isEmpty })
    }

    @Test("answers each of its methods, and allows each", arguments: Route.all.map { ($0.method, $0.path) })
    func allowed(method: HTTPRequest.Method, path: String) async throws {
        let id = await control.add("process_data", .running)
        await logs.set(FakeLog(""), isOfProgram: false, of: id)
        let path = path.replacing("{id}", with: id.description)
        let response = try await send(method, path, method == .get ? nil : "{}")
        // There is no output of this task, but there is the route.
        let isOutputMissing = try response.status == .notFound && json(response)["code"] == "no_output"
        #expect(isOutputMissing || ![404, 405].contains(response.status.code))
        let allow = try await send(.options, path).headers[.allow] ?? ""
        #expect(allow.split(separator: ", ").contains { $0 == method.rawValue })
    }

    @Test("names all paths where there is none")
    func unknown() async throws {
        let response = try await send(.get, "/nope")
        try expectProblem(response, 404, "not_found")
        #expect(
            try json(response)["detail"]
                == """
                '/nope' is neither /events, /health, /log, /queue, /queue/pause, /queue/resume, /reload, /shutdown, \
                /tasks, /tasks/ID, /tasks/ID/control, /tasks/ID/log, /tasks/ID/output, /tasks/ID/retry, /types nor /usage
                """)
    }

    @Test("names the parameters that a route allows")
    func parameters() async throws {
        let list = try json(try await send(.get, "/tasks?x=1"))
        #expect(
            list["detail"] == "x is not a parameter of this resource (known: status, task_type, limit, after, fields)")
        let health = try json(try await send(.get, "/health?x=1"))
        #expect(health["detail"] == "x is not a parameter of this resource (there is none here)")
    }

    @Test("lists the task types with all that a form needs")
    func types() async throws {
        let body = try json(try await send(.get, "/types"))
        guard case .array(let types)? = body["types"], case .array(let fields)? = types.first?["fields"] else {
            Issue.record("there are no types")
            return
        }
        #expect(types.map { $0["name"] } == ["process_data", "generate_report", "cpu_intensive", "command"])
        #expect(
            fields.last == [
                "name": "delay", "kind": "number", "default": 1, "minimum": 0, "maximum": 86_400, "required": false,
                "hint": "0 to 86400", "meaning": "seconds an item", "suggestion": 1, "options": nil, "pattern": nil,
            ])
        #expect(fields.first?["kind"] == "array")
        #expect(fields.first?["maximum"] == 100_000)
    }
}
