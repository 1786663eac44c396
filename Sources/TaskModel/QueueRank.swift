/// The order of the queue: the higher priority first, then the smaller order, then the older task.
package struct QueueRank: Sendable, Hashable, Comparable {
    package let priority: Int
    /// The record's `queue_order`: 0 unless the task was moved.
    package let order: Int
    package let id: TaskID

    package init(priority: Int, order: Int = 0, id: TaskID) {
        self.priority = priority
        self.order = order
        self.id = id
    }

    package static func < (left: QueueRank, right: QueueRank) -> Bool {
        if left.priority != right.priority { return left.priority > right.priority }
        return left.order != right.order ? left.order < right.order : left.id < right.id
    }
}
