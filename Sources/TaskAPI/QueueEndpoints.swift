import Hummingbird
import TaskControl

/// Handlers of the routes to the queue.
enum QueueEndpoints {
    static func show(_ request: APIRequest) async throws -> Response {
        .json(try await request.control.queue())
    }

    static func pause(_ request: APIRequest) async throws -> Response {
        try await setPaused(true, request)
    }

    static func resume(_ request: APIRequest) async throws -> Response {
        try await setPaused(false, request)
    }

    private static func setPaused(_ isPaused: Bool, _ request: APIRequest) async throws -> Response {
        // No member is expected in a body; its headers must be right all the same.
        try request.checkBody()
        return .json(try await request.control.setQueuePaused(isPaused))
    }
}
