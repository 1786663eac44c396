import Hummingbird
import TaskControl

/// Handlers of the routes to the service itself.
enum ServiceEndpoints {
    static func health(_ request: APIRequest) async throws -> Response {
        .json(await request.control.health())
    }

    static func types(_ request: APIRequest) async throws -> Response {
        .json(TaskTypesBody(types: await request.control.taskTypes()))
    }
}
