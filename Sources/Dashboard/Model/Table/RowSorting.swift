import TaskModel

/// The order of all rows, hidden ones included.
struct RowSorting: Sendable {
    private(set) var column = TaskColumn.id
    /// The newest tasks come first by default.
    private(set) var isDescending = true
    /// The order of the last sorting with new ids appended: nearly sorted input is sorted in linear time.
    private var ids: [TaskID] = []

    mutating func append(_ id: TaskID) {
        ids.append(id)
    }

    /// Sorts by a column, or reverses the order if the table is sorted by it already.
    mutating func sort(by column: TaskColumn) {
        isDescending = column == self.column ? !isDescending : column.beginsWithGreatest
        self.column = column
    }

    /// Returns the ids of the present rows in order.
    mutating func sorted(_ rows: [TaskID: TaskRow], _ queuePositions: [TaskID: Int], at now: Duration) -> [TaskID] {
        if column == .id {
            ids = ids.filter { rows[$0] != nil }
            ids.sort { isDescending ? $1 < $0 : $0 < $1 }
            return ids
        }
        var keyed = ids.compactMap { id in
            rows[id].map { (key: column.key(of: $0, at: now, queuePosition: queuePositions[id]), id: id) }
        }
        keyed.sort { left, right in
            guard left.key != right.key else { return left.id < right.id }
            // Known values come first in either direction.
            if left.key == .unknown || right.key == .unknown { return right.key == .unknown }
            return isDescending ? right.key < left.key : left.key < right.key
        }
        ids = keyed.map(\.id)
        return ids
    }
}
