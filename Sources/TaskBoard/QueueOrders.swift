import TaskModel

/// The orders that tasks have got by being moved within their priority.
///
/// The bounds only ever widen while the service runs, so that each move has an order of its own without looking for the
/// other tasks of the priority.
struct QueueOrders: Sendable {
    /// Orders stay whole numbers for clients that compute with `Double`; so many moves never happen.
    private static let limit = 1 << 53

    /// By priority; 0, which tasks have that were never moved, is within.
    private var bounds: [Int: ClosedRange<Int>] = [:]

    /// An order within the limit, whatever is stored.
    static func clamped(_ order: Int) -> Int { min(limit, max(-limit, order)) }

    /// Counts a task that waits, moved before the service was started.
    mutating func include(_ order: Int, priority: Int) {
        guard order != 0 else { return }
        let known = bounds[priority] ?? 0...0
        bounds[priority] = min(known.lowerBound, order)...max(known.upperBound, order)
    }

    /// The order that puts a task before or behind all others of its priority.
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
