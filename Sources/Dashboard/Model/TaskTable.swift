import TaskModel

/// All tasks, and which of them the table shows in which order.
///
/// The selection is a task, not a row: it stays where rows come, go and change places.
struct TaskTable: Sendable {
    private(set) var rows: [TaskID: TaskRow] = [:]
    /// The tasks that are shown, in order.
    private(set) var order: [TaskID] = []
    /// One of ``order``; `nil` only when that is empty.
    private(set) var selection: TaskID?
    /// Where the selection stands in ``order``.
    private(set) var selectedIndex = 0
    private(set) var tags: Set<TaskID> = []
    private(set) var counts: [TaskState: Int] = [:]
    /// The first row on the screen.
    private(set) var top = 0

    private(set) var sortColumn = TaskColumn.id
    /// At the start the newest tasks come first.
    private(set) var isDescending = true
    private(set) var filter = ""
    private(set) var hidesFinished = false
    private(set) var ageLimit = AgeLimit.none
    /// By task, its place among those that wait, counted from 1.
    private(set) var queuePositions: [TaskID: Int] = [:]
    private var queueIsStale = false
    /// Once in use they stay: a table whose columns come and go cannot be read.
    private(set) var usedColumns: Set<TaskColumn> = []

    /// Whether ``order`` has to be made anew before anybody looks at it.
    private var isStale = false

    /// The tasks that are not finished.
    var aliveCount: Int { counts.reduce(0) { $1.key.isFinal ? $0 : $0 + $1.value } }

    var selectedRow: TaskRow? { selection.flatMap { rows[$0] } }

    /// What actions apply to: the tagged tasks, or else the selected one; oldest first.
    var targets: [TaskID] {
        tags.isEmpty ? selection.map { [$0] } ?? [] : tags.sorted()
    }

    // MARK: - What the service tells

    mutating func take(_ changes: TaskChanges, at now: Duration) {
        for id in changes.removed {
            guard let row = rows.removeValue(forKey: id) else { continue }
            counts[row.record.state, default: 0] -= 1
            tags.remove(id)
            isStale = true
        }
        for record in changes.changed {
            let before = rows[record.id]?.record.state
            if before == nil {
                rows[record.id] = TaskRow(record, at: now)
            } else {
                rows[record.id]?.update(record, at: now)
            }
            if before == .queued || record.state == .queued { queueIsStale = true }
            if usedColumns.count < TaskColumn.optional.count { usedColumns.formUnion(TaskColumn.used(by: record)) }
            guard before != record.state else { continue }
            if let before { counts[before, default: 0] -= 1 }
            counts[record.state, default: 0] += 1
            // An action on all tagged tasks shall not meet what has ended long since.
            if record.state.isFinal, before != nil { tags.remove(record.id) }
            isStale = true
        }
    }

    mutating func take(_ readings: [TaskID: WorkerUsage], at now: Duration) {
        for (id, row) in rows where row.usage != nil || readings[id] != nil {
            rows[id]?.note(readings[id], at: now)
        }
    }

    /// Sorts again by what changes all the time: once a second, so that rows can be read.
    mutating func tick() {
        if sortColumn.isVolatile || !filter.isEmpty || ageLimit != .none { isStale = true }
    }

    // MARK: - What the operator wants

    mutating func select(index: Int) {
        guard order.indices.contains(index) else { return }
        selectedIndex = index
        selection = order[index]
        // Leaving a finished task may be what it takes to hide it.
        if hidesFinished { isStale = true }
    }

    /// Selects a task as soon as it is shown.
    mutating func select(_ id: TaskID) {
        guard rows[id] != nil else { return }
        selection = id
        isStale = true
    }

    mutating func move(_ motion: Motion, page: Int) {
        select(index: motion.moved(selectedIndex, count: order.count, page: page))
    }

    mutating func toggleTag() {
        guard let selection else { return }
        if tags.remove(selection) == nil { tags.insert(selection) }
    }

    mutating func untagAll() {
        tags = []
    }

    /// Sorts by a column; by the one that it is sorted by already, the other way round.
    mutating func sort(by column: TaskColumn) {
        if column == sortColumn {
            isDescending.toggle()
        } else {
            sortColumn = column
            isDescending = column.isNumber || column == .id
        }
        isStale = true
    }

    mutating func reverse() {
        sort(by: sortColumn)
    }

    mutating func setFilter(_ text: String) {
        filter = text
        isStale = true
    }

    mutating func toggleHidesFinished() {
        hidesFinished.toggle()
        isStale = true
    }

    mutating func nextAgeLimit() {
        ageLimit = ageLimit.next
        isStale = true
    }

    // MARK: - Order

    /// Makes everything consistent again.
    ///
    /// - Parameter page: how many rows the screen shows.
    mutating func settle(page: Int, at now: Moment) {
        if queueIsStale { makePositions() }
        if isStale { makeOrder(at: now) }
        isStale = false
        guard page > 0 else { return }
        top = max(0, min(top, order.count - page, selectedIndex))
        if selectedIndex >= top + page { top = selectedIndex - page + 1 }
    }

    /// One that starts moves up all that wait behind it, which nobody tells of one by one.
    private mutating func makePositions() {
        queueIsStale = false
        let ranks = rows.values.compactMap { row in
            row.record.queuePosition.map { _ in
                QueueRank(priority: row.record.options.priority, order: row.record.queueOrder, id: row.record.id)
            }
        }
        queuePositions = Dictionary(uniqueKeysWithValues: zip(ranks.sorted().map(\.id), 1...))
        if sortColumn == .queue { isStale = true }
    }

    private mutating func makeOrder(at now: Moment) {
        let matcher = TextFilter(filter)
        let oldest = ageLimit.milliseconds.map { now.wall.milliseconds - $0 }
        let shown = rows.values.filter { row in
            // A task that ends while it is selected stays, so that the next key does not meet another.
            if row.record.state.isFinal, row.record.id != selection {
                if hidesFinished { return false }
                if let oldest, let end = row.record.finishedAt, end.milliseconds < oldest { return false }
            }
            return matcher.isEmpty || matcher.matches(Self.searchText(of: row.record))
        }
        if sortColumn == .id {
            order = shown.map(\.record.id).sorted()
            if isDescending { order.reverse() }
        } else {
            let keyed = shown.map { row in
                let position = queuePositions[row.record.id]
                return (key: sortColumn.key(of: row, at: now.uptime, queuePosition: position), id: row.record.id)
            }
            order = keyed.sorted { left, right in
                if left.key != right.key { return isDescending ? right.key < left.key : left.key < right.key }
                return left.id < right.id
            }.map(\.id)
        }
        let before = selectedIndex
        if let selection, let index = order.firstIndex(of: selection) {
            selectedIndex = index
            // What comes above pushes nothing on the screen away, unless the screen shows the beginning.
            if top > 0 { top += index - before }
        } else {
            selectedIndex = max(0, min(selectedIndex, order.count - 1))
            selection = order.indices.contains(selectedIndex) ? order[selectedIndex] : nil
        }
    }

    private static func searchText(of record: TaskRecord) -> String {
        "\(record.id) \(record.type) \(record.state.rawValue) \(record.progress.step ?? "")"
    }
}
