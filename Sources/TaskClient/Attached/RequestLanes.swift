import NIOConcurrencyHelpers
import TaskModel

/// Sends requests whose order matters one after the other.
///
/// A service answers the requests of several connections in any order.
final class RequestLanes: Sendable {
    enum Lane: Sendable, Hashable {
        /// Requests that change the order of tasks.
        case queue
        case task(TaskID)
    }

    /// The requests that wait for the one in flight, by lane.
    private let waiting = NIOLockedValueBox<[Lane: [CheckedContinuation<Void, Never>]]>([:])

    /// Calls `body` once all earlier requests of the lane have been answered.
    func run<Value: Sendable>(
        in lane: Lane, _ body: () async throws(TaskError) -> Value
    ) async throws(TaskError) -> Value {
        await enter(lane)
        defer { leave(lane) }
        return try await body()
    }

    private func enter(_ lane: Lane) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLockedValue { waiting in
                if waiting[lane] == nil {
                    waiting[lane] = []
                    return true
                }
                waiting[lane]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave(_ lane: Lane) {
        let next = waiting.withLockedValue { waiting -> CheckedContinuation<Void, Never>? in
            guard waiting[lane]?.isEmpty == false else {
                waiting[lane] = nil
                return nil
            }
            return waiting[lane]?.removeFirst()
        }
        next?.resume()
    }
}
