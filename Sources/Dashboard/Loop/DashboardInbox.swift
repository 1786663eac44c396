import Synchronization

/// What waits for the dashboard's thread.
///
/// Streams of changes are delivered at the pace of the screen: ``deliver(_:)`` returns when the
/// thread has taken the event, so what has changed meanwhile comes as one event afterwards, and
/// nothing piles up however slow a terminal is.
package final class DashboardInbox: Sendable {
    private struct State {
        var events: [DashboardEvent] = []
        var deliverers: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    /// - Parameter wake: ends the thread's wait; cheap, and may be called too often.
    package init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    /// Leaves an event, without waiting.
    package func post(_ event: DashboardEvent) {
        state.withLock { if !$0.isClosed { $0.events.append(event) } }
        wake()
    }

    /// Leaves an event and returns when it has been taken, or when nobody takes any more.
    package func deliver(_ event: DashboardEvent) async {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed {
                    state.events.append(event)
                    state.deliverers.append(continuation)
                }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
            wake()
        }
    }

    /// Has the thread end.
    package func close() {
        drain { $0.isClosed = true }
        wake()
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }
    var isEmpty: Bool { state.withLock { $0.events.isEmpty } }

    func drain() -> [DashboardEvent] {
        drain { _ in }
    }

    @discardableResult
    private func drain(_ change: (inout sending State) -> Void) -> [DashboardEvent] {
        let (events, deliverers) = state.withLock { state in
            defer {
                state.events = []
                state.deliverers = []
            }
            change(&state)
            return (state.events, state.deliverers)
        }
        for deliverer in deliverers { deliverer.resume() }
        return events
    }
}
