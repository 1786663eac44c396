import Synchronization

/// The queue of events for the dashboard's thread.
///
/// Changes are delivered at the pace of the screen: ``deliver(_:)`` returns once the thread has dequeued the event.
/// Later changes are merged into the next event, so the queue stays short however slow the terminal is.
package final class DashboardInbox: Sendable {
    private struct State {
        var events: [DashboardEvent] = []
        var deliverers: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    /// - Parameter wake: Ends the thread's wait; cheap, and may be called too often.
    package init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    /// Enqueues an event.
    package func post(_ event: DashboardEvent) {
        state.withLock { if !$0.isClosed { $0.events.append(event) } }
        wake()
    }

    /// Enqueues an event and returns once it has been dequeued or the inbox is closed.
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

    /// Ends the dashboard's thread.
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
