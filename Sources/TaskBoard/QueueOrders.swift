import TaskModel

/// The orders of tasks that were moved within their priority.
///
/// The bounds only widen while the service runs, so every move gets an order of its own without a search for the other
/// tasks of the priority.
struct QueueOrders: Sendable {
    /// Integers up to here are exact for clients that compute with `Double`; so many moves never happen.
    private static let limit = 1 << 53

    /// By priority; always contains 0, the order of tasks that were never moved.
    private var bounds: [Int: ClosedRange<Int>] = [:]

    /// An order within the limit.
    static func clamped(_ order: Int) -> Int { min(limit, max(-limit, order)) }

    /// Widens the bounds by the order of a stored task.
    mutating func include(_ order: Int, priority: Int) {
        guard order != 0 else { return }
        let known = bounds[priority] ?? 0...0
        bounds[priority] = min(known.lowerBound, order)...max(known.upperBound, order)
    }

    /// Returns the order that puts a task before or after all others of its priority.
    mutating func next(_ end: QueueEnd, priority: Int) -> Int {
        let known = bounds[priority] ?? 0...0
        let order =
            switch end {
            case .first: Self.clamped(known.lowerBound - 1)
            case .last: Self.clamped(known.upperBound + 1)
            }
        include(order, priority: priority)
        return order
    }
}
