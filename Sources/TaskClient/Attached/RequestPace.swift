import NIOConcurrencyHelpers

/// Leaves time between requests that repeat to others: on a slow line they would fill it.
final class RequestPace: Sendable {
    /// The pause after a request, in units of the time that it has taken.
    private let pause: Int
    /// A request that has waited for a connection has not filled it.
    private static let longestPause = Duration.seconds(5)
    private let next = NIOLockedValueBox(ContinuousClock.now)

    init(pause: Int) { self.pause = pause }

    func run<Value: Sendable, Failure>(_ body: () async throws(Failure) -> Value) async throws(Failure) -> Value {
        let clock = ContinuousClock()
        // Does not wait once the task is canceled.
        try? await Task.sleep(until: next.withLockedValue(\.self), clock: clock)
        let start = clock.now
        defer {
            let end = clock.now
            next.withLockedValue { $0 = end + min((end - start) * pause, Self.longestPause) }
        }
        return try await body()
    }
}
