import NIOConcurrencyHelpers

/// Whether a service is reached, for requests that wait until it is.
final class ServiceConnection: Sendable {
    /// The shortest time between a failed request and the next: a service that accepts connections may answer none.
    private static let retryDelay = Duration.seconds(1)

    private struct State {
        var isOpen = true
        var waiters: [AsyncStream<Void>.Continuation] = []
    }

    private let state = NIOLockedValueBox(State())

    func open() {
        let waiters = state.withLockedValue { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.finish() }
    }

    func close() { state.withLockedValue { $0.isOpen = false } }

    /// Returns after a while, once the service is reached; or when the task is canceled.
    func waitToRetry() async {
        try? await Task.sleep(for: Self.retryDelay)
        let (stream, waiter) = AsyncStream.makeStream(of: Void.self)
        state.withLockedValue { state in
            guard !state.isOpen else { return waiter.finish() }
            state.waiters.append(waiter)
        }
        for await _ in stream {}
    }
}
