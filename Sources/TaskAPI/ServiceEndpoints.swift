import HTTPSupport
import Hummingbird
import JSON
import TaskControl
import TaskModel

/// Handlers of the routes to the service itself.
enum ServiceEndpoints {
    static func health(_ request: APIRequest) async throws -> Response {
        .json(try await request.control.health())
    }

    static func usage(_ request: APIRequest) async throws -> Response {
        let tasks = try await request.control.current(since: ServiceClock().now.wall, waiting: 0)
        return .json(WorkerUsageBody(tasks.records, await request.control.usage()))
    }

    static func types(_ request: APIRequest) async throws -> Response {
        .json(TaskTypesBody(types: try await request.control.taskTypes()))
    }

    static func shutDown(_ request: APIRequest) async throws -> Response {
        try request.checkBody()
        try request.checkFullAccess(for: "requests to end the service")
        request.shutDownService()
        return .json(JSONValue.object(["status": "shutting_down"]), status: .accepted)
    }

    static func reload(_ request: APIRequest) async throws -> Response {
        // No member is expected in a body; its headers must be right all the same.
        try request.checkBody()
        try request.checkFullAccess(for: "reloads of the configuration")
        do throws(ConfigurationUnusable) {
            let count = try await request.configuration.reload()
            return .json(JSONValue.object(["types": .integer(Int64(count))]))
        } catch {
            throw ProblemDetails.invalidConfiguration(error.problems)
        }
    }
}
