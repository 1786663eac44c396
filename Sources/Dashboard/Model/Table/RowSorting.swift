import TaskModel

/// The order of all rows, hidden ones included.
struct RowSorting: Sendable {
    private(set) var column = TaskColumn.id
    /// At the start the newest tasks come first.
    private(set) var isDescending = true
    /// As of the last sorting, and new ones behind: what is nearly sorted is sorted in linear time.
    private var ids: [TaskID] = []

    mutating func append(_ id: TaskID) {
        ids.append(id)
    }

    /// Sorts by a column; by the one that it is sorted by already, the other way round.
    mutating func sort(by column: TaskColumn) {
        isDescending = column == self.column ? !isDescending : column.beginsWithGreatest
        self.column = column
    }

    /// Sorts what there still is.
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
            // In either direction what is known comes first.
            if left.key == .unknown || right.key == .unknown { return right.key == .unknown }
            return isDescending ? right.key < left.key : left.key < right.key
        }
        ids = keyed.map(\.id)
        return ids
    }
}
