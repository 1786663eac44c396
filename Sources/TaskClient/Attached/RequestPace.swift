import NIOConcurrencyHelpers

/// Leaves most of the time between requests that repeat to others: on a slow line they would fill it.
final class RequestPace: Sendable {
    /// The pause after a request, in units of the time that it has taken.
    private static let pause = 4

    private let next = NIOLockedValueBox(ContinuousClock.now)

    func run<Value: Sendable>(_ body: () async -> Value) async -> Value {
        let clock = ContinuousClock()
        // Does not wait once the task is canceled.
        try? await Task.sleep(until: next.withLockedValue(\.self), clock: clock)
        let start = clock.now
        let value = await body()
        let end = clock.now
        next.withLockedValue { $0 = end + (end - start) * Self.pause }
        return value
    }
}
