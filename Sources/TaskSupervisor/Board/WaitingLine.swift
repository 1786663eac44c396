import DequeModule
import TaskModel

/// The tasks that could be started now, in the order in which they will be.
///
/// Sorted at all times: new tasks come last among those of their priority, and the next one is first,
/// so that almost all changes are at an end.
struct WaitingLine: Sendable {
    private var ranks: Deque<QueueRank> = []

    var first: QueueRank? { ranks.first }

    mutating func insert(_ rank: QueueRank) {
        ranks.insert(rank, at: index(of: rank))
    }

    mutating func remove(_ rank: QueueRank) {
        let index = index(of: rank)
        if index < ranks.count, ranks[index] == rank { ranks.remove(at: index) }
    }

    /// Counted from 1; `nil` for a task that is not in the line.
    func position(of rank: QueueRank) -> Int? {
        let index = index(of: rank)
        return index < ranks.count && ranks[index] == rank ? index + 1 : nil
    }

    /// Where a rank stands, or would.
    private func index(of rank: QueueRank) -> Int {
        if let last = ranks.last, last < rank { return ranks.count }
        return ranks.partitioningIndex { $0 >= rank }
    }
}
