import DequeModule
import NIOConcurrencyHelpers

/// A queue with any number of producers and one consumer.
///
/// Unlike `AsyncStream` it does not end when the consumer's task is cancelled: a service that is cancelled finishes the
/// jobs in progress.
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

    /// Appends an element; does nothing once the queue is finished.
    func yield(_ element: Element) {
        state.withLockedValue { state in
            if !state.isFinished { state.elements.append(element) }
            return state.dequeueConsumer()
        }?.resume()
    }

    /// Ends the queue after its last element.
    func finish() {
        state.withLockedValue { state in
            state.isFinished = true
            return state.dequeueConsumer()
        }?.resume()
    }

    /// Returns the next element when there is one; `nil` at the end.
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
