import DequeModule
import NIOConcurrencyHelpers

/// Elements from any thread for one consumer, in order.
///
/// Unlike `AsyncStream` it does not end when the consumer's task is cancelled: what is under way when a service is
/// cancelled still has to be brought to its end.
final class JobQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: Deque<Element> = []
        var isFinished = false
        var consumer: CheckedContinuation<Void, Never>?

        mutating func dequeueConsumer() -> CheckedContinuation<Void, Never>? {
            defer { consumer = nil }
            return consumer
        }
    }

    private let state = NIOLockedValueBox(State())

    /// Adds an element; does nothing once the queue is finished.
    func yield(_ element: Element) {
        state.withLockedValue { state in
            if !state.isFinished { state.elements.append(element) }
            return state.dequeueConsumer()
        }?.resume()
    }

    /// Ends the queue once what is in it has been consumed.
    func finish() {
        state.withLockedValue { state in
            state.isFinished = true
            return state.dequeueConsumer()
        }?.resume()
    }

    /// The next element, once there is one; `nil` at the end.
    func next() async -> Element? {
        while true {
            let (element, isFinished) = state.withLockedValue { ($0.elements.popFirst(), $0.isFinished) }
            if element != nil || isFinished { return element }
            await withCheckedContinuation { consumer in
                let isDue = state.withLockedValue { state in
                    let isDue = !state.elements.isEmpty || state.isFinished
                    if !isDue { state.consumer = consumer }
                    return isDue
                }
                if isDue { consumer.resume() }
            }
        }
    }
}
