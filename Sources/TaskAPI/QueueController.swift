import HTTPTypes
import Hummingbird
import TaskControl

/// The endpoints of the queue.
struct QueueController: Sendable {
    let control: any TaskControl

    func addRoutes(to router: Router<TaskController.Context>) {
        router.get("queue", use: show)
        router.post("queue/pause") { request, context in try await hold(true, request, context) }
        router.post("queue/resume") { request, context in try await hold(false, request, context) }
    }

    private func show(_ request: Request, _: TaskController.Context) async throws -> Response {
        _ = try RequestReading.query(of: request, allowing: [])
        return .json(await control.queue())
    }

    private func hold(_ isHeld: Bool, _ request: Request, _: TaskController.Context) async throws -> Response {
        _ = try RequestReading.query(of: request, allowing: [])
        // There is nothing to say in a body; one that is there must be as every other.
        try RequestReading.checkBody(of: request)
        return .json(try await control.holdQueue(isHeld))
    }
}
