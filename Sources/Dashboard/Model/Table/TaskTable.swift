import TaskControl
import TaskModel

/// All tasks, and the rows of the table.
///
/// The selection is a task, not a row index: it survives insertions, removals and sorting. Until the operator moves or
/// acts, it is the first row.
struct TaskTable: Sendable {
    private(set) var rows: [TaskID: TaskRow] = [:]
    /// The tasks in the table, in order.
    private(set) var order: [TaskID] = []
    private(set) var counts: [TaskState: Int] = [:]
    /// The positions in the queue, counted from 1.
    private(set) var queuePositions: [TaskID: Int] = [:]
    var queue = QueueStatus() { didSet { if queue != oldValue { hasChanged = true } } }
    /// The reason why no worker can be started; `nil` if workers can be started.
    var launchFailure: String? { didSet { if launchFailure != oldValue { hasChanged = true } } }

    private var selected = RowSelection()
    private(set) var sorting = RowSorting()
    /// The criteria for tasks to be in the table.
    private(set) var scope = TableScope()
    private var matcher: ScopeMatcher
    private var texts: SearchTexts
    private var tagging = Tags()
    /// The number of tagged tasks without a row, by cause.
    private var hiddenTags: [HiddenCause: Int] = [:]
    /// The number of rows on the screen.
    private var page = 0
    /// Whether start and end are shown as ages.
    private(set) var showsAges = false
    /// The optional columns that are shown; never removed, since a changing layout is hard to read.
    private(set) var usedColumns: Set<TaskColumn> = []
    /// The width of the longest type so far, in cells.
    private(set) var typeWidth = 0

    /// Whether ``order`` must be recomputed.
    private(set) var isStale = false
    /// Whether any row has changed since the last tick.
    private var hasChanged = false
    private var tagsAreStale = false
    private var queueIsStale = false
    /// Whether the operator has changed the scope since the order was computed.
    private var scopeHasChanged = false
    private let localTime: LocalTime

    init(localTime: LocalTime = .utc) {
        self.localTime = localTime
        texts = SearchTexts(localTime)
        matcher = ScopeMatcher(TableScope(), at: Timestamp(milliseconds: 0), localTime)
    }

    /// The selected task: one of ``order`` or, if that is empty, a hidden task or `nil`.
    var selection: TaskID? { selected.id }
    /// The index of the selection in ``order``.
    var selectedIndex: Int { selected.index }
    /// The first row on the screen.
    var top: Int { selected.top }
    var tags: Set<TaskID> { tagging.ids }
    var filter: String { scope.filter }
    var sortColumn: TaskColumn { sorting.column }
    var isDescending: Bool { sorting.isDescending }
    /// The number of tasks that are not finished.
    var aliveCount: Int { counts.reduce(0) { $1.key.isFinal ? $0 : $0 + $1.value } }

    // MARK: - Targets

    /// The tasks that actions apply to: the tagged ones, or else the selected one.
    var targets: Targets {
        guard tags.isEmpty else {
            var hidden = hiddenTags
            let elsewhere = tags.count - hidden.values.reduce(0, +) - visible.count { tags.contains($0) }
            if elsewhere > 0 { hidden[offScreenCause] = elsewhere }
            return Targets(source: .tags(tags), hidden: hidden)
        }
        guard let selection else { return Targets(source: .none, hidden: [:]) }
        return Targets(source: .selection(selection), hidden: hiddenCause(of: selection).map { [$0: 1] } ?? [:])
    }

    /// The rows on the screen.
    var visible: ArraySlice<TaskID> { order.dropFirst(top).prefix(page) }

    /// The reason why a task is not visible; `nil` if it is on the screen.
    func hiddenCause(of id: TaskID) -> HiddenCause? {
        scopeCause(of: id) ?? (visible.contains(id) ? nil : offScreenCause)
    }

    /// The reason why a row is not on the screen.
    private var offScreenCause: HiddenCause { page > 0 ? .page : .log }

    /// The reason why a task has no row; `nil` if it has one.
    private func scopeCause(of id: TaskID) -> HiddenCause? {
        // The selected row stays as long as there are rows.
        guard let row = rows[id], order.isEmpty || id != selection else { return nil }
        return matcher.cause(row.record, text: { texts.text(of: row.record) }, reason: { turn(of: row.record) })
    }

    // MARK: - Changes of tasks

    mutating func apply(_ changes: TaskChanges, at now: Duration) {
        for id in changes.removed {
            guard let row = rows.removeValue(forKey: id) else { continue }
            counts[row.record.state, default: 0] -= 1
            tagging.remove(id)
            texts.remove(id)
            isStale = true
        }
        if !changes.changed.isEmpty { hasChanged = true }
        for record in changes.changed {
            let before = rows[record.id]?.record.state
            if before == nil {
                rows[record.id] = TaskRow(record, at: now)
                sorting.append(record.id)
                typeWidth = max(typeWidth, record.type.unicodeScalars.count)
            } else {
                rows[record.id]?.update(record, at: now)
                texts.remove(record.id)
            }
            if before == .queued || record.state == .queued { queueIsStale = true }
            if usedColumns.count < TaskColumn.optional.count { usedColumns.formUnion(TaskColumn.used(by: record)) }
            guard before != record.state else { continue }
            if let before { counts[before, default: 0] -= 1 }
            counts[record.state, default: 0] += 1
            // A later action on all tagged tasks must not include tasks that ended long ago.
            if record.state.isFinal, before != nil { tagging.remove(record.id) }
            isStale = true
        }
    }

    /// Adds what a row's summary leaves out.
    mutating func addOmittedMembers(of record: TaskRecord) { rows[record.id]?.addOmittedMembers(of: record) }

    mutating func apply(_ readings: [TaskID: WorkerUsage], at now: Duration) {
        for (id, row) in rows where row.usage != nil || readings[id] != nil {
            rows[id]?.update(usage: readings[id], at: now)
        }
    }

    /// Marks the order stale if values that it depends on have changed: at most once a second, so that rows are
    /// readable.
    mutating func tick(at now: Timestamp) {
        if sorting.column.isVolatile, hasChanged || aliveCount > 0 { isStale = true }
        if !filter.isEmpty, hasChanged { isStale = true }
        if scope.timeRange != .all, !matcher.isValid(for: scope, at: now, localTime) { isStale = true }
        hasChanged = false
    }

    // MARK: - Selection

    /// Makes the selection stay on its task, because the operator has acted.
    mutating func pinSelection() {
        selected.pin()
    }

    mutating func select(index: Int) {
        // A row that is shown only because it is selected disappears when the selection moves.
        if let selection, index != selectedIndex, !scope.isUnrestricted, let row = rows[selection],
            matcher.cause(row.record, text: { texts.text(of: row.record) }, reason: { turn(of: row.record) }) != nil
        {
            isStale = true
        }
        selected.select(index, in: order)
    }

    /// Selects a task as soon as it has a row.
    mutating func select(_ id: TaskID) {
        guard rows[id] != nil else { return }
        selected.select(id)
        isStale = true
    }

    mutating func move(_ motion: Motion, page: Int) {
        select(index: motion.moved(selectedIndex, count: order.count, page: page))
    }

    /// Selects the next row that matches all words, wrapping around the end.
    ///
    /// - Parameter skipsSelection: Whether the search begins after the selected row.
    ///
    /// - Returns: Whether a row matches.
    mutating func selectNext(matching text: String, skipsSelection: Bool) -> Bool {
        let filter = TextFilter(text)
        for offset in order.indices {
            let index = (selectedIndex + offset + (skipsSelection ? 1 : 0)) % order.count
            guard let record = rows[order[index]]?.record else { continue }
            if filter.matches(texts.cachedText(of: record), and: turn(of: record).map { FilteredText($0.description) })
            {
                select(index: index)
                return true
            }
        }
        return false
    }

    // MARK: - Tags

    /// Changes the tags of the rows.
    mutating func tag(_ change: (inout Tags, _ selection: TaskID?, _ shown: [TaskID]) -> Void) {
        pinSelection()
        change(&tagging, order.isEmpty ? nil : selection, order)
        tagsAreStale = true
    }

    mutating func untagAll() {
        tagging.removeAll()
        tagsAreStale = true
    }

    // MARK: - Order

    mutating func sort(by column: TaskColumn) {
        sorting.sort(by: column)
        isStale = true
    }

    mutating func reverse() {
        sort(by: sorting.column)
    }

    mutating func toggleAges() {
        showsAges.toggle()
    }

    mutating func changeScope(_ change: (inout TableScope) -> Void) {
        change(&scope)
        isStale = true
        scopeHasChanged = true
    }

    /// Recomputes what is out of date, and scrolls to the selection.
    ///
    /// - Parameter page: The number of rows on the screen.
    mutating func refresh(page: Int, at now: Moment) {
        if queueIsStale { updateQueuePositions() }
        if isStale { updateOrder(at: now) }
        if isStale || tagsAreStale { countHiddenTags() }
        (isStale, tagsAreStale, queueIsStale, scopeHasChanged) = (false, false, false, false)
        self.page = max(0, page)
        selected.scroll(page: page, count: order.count)
    }

    /// Recomputes the positions in the queue: a task that starts moves up all tasks behind it, without events of their
    /// own.
    private mutating func updateQueuePositions() {
        let ranks = rows.values.compactMap { row in
            row.record.queuePosition.map { _ in
                QueueRank(priority: row.record.options.priority, order: row.record.queueOrder, id: row.record.id)
            }
        }
        queuePositions = Dictionary(uniqueKeysWithValues: zip(ranks.sorted().map(\.id), 1...))
        if sorting.column == .state { isStale = true }
    }

    private mutating func updateOrder(at now: Moment) {
        let matcher = ScopeMatcher(scope, at: now.wall, localTime)
        self.matcher = matcher
        if matcher.filter.isEmpty { texts.removeAll() }
        // A selected task that becomes hidden keeps its row, so that the next key does not apply to another task. A
        // task that the operator hides does not.
        let kept = scopeHasChanged || order.isEmpty || !selected.isPinned ? nil : selection
        let all = sorting.sorted(rows, queuePositions, at: now.uptime)
        if scope.isUnrestricted {
            order = all
        } else {
            order = all.filter { id in
                guard id != kept, let record = rows[id]?.record else { return id == kept }
                return matcher.cause(record, text: { texts.cachedText(of: record) }, reason: { turn(of: record) })
                    == nil
            }
        }
        selected.reposition(in: order, scopeHasChanged: scopeHasChanged) { rows[$0] != nil }
    }

    private mutating func countHiddenTags() {
        hiddenTags = Dictionary(tags.compactMap { id in scopeCause(of: id).map { ($0, 1) } }, uniquingKeysWith: +)
    }
}
