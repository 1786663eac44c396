import TaskControl
import TaskModel

/// All tasks, and which of them the table shows in which order.
///
/// The selection is a task, not a row: it stays where rows come, go and change places. Until the operator has moved
/// or acted it is the first row, whatever that is.
struct TaskTable: Sendable {
    private(set) var rows: [TaskID: TaskRow] = [:]
    /// The tasks that are shown, in order.
    private(set) var order: [TaskID] = []
    private(set) var counts: [TaskState: Int] = [:]
    /// By task, its place among those that wait, counted from 1.
    private(set) var queuePositions: [TaskID: Int] = [:]
    var queue = QueueStatus() { didSet { if queue != oldValue { hasChanged = true } } }
    /// Why no worker can be started; `nil` when one can.
    var launchFailure: String? { didSet { if launchFailure != oldValue { hasChanged = true } } }

    private var selected = RowSelection()
    private(set) var sorting = RowSorting()
    /// Which tasks are shown.
    private(set) var scope = TableScope()
    private var matcher: ScopeMatcher
    private var texts: SearchTexts
    private var tagging = Tags()
    /// Of the tagged tasks, how many have no row, by the cause.
    private var hiddenTags: [HiddenCause: Int] = [:]
    /// Rows that the screen shows.
    private var page = 0
    /// Whether the beginning and end of tasks are shown as ages.
    private(set) var showsAges = false
    /// Once in use they stay: a table whose columns come and go cannot be read.
    private(set) var usedColumns: Set<TaskColumn> = []

    /// Whether ``order`` has to be made anew before it is used.
    private(set) var isStale = false
    /// Whether anything that rows say has changed since the last tick.
    private var hasChanged = false
    private var tagsAreStale = false
    private var queueIsStale = false
    /// Whether the operator has changed what is shown since the order was made.
    private var scopeHasChanged = false
    private let localTime: LocalTime

    init(localTime: LocalTime = .utc) {
        self.localTime = localTime
        texts = SearchTexts(localTime)
        matcher = ScopeMatcher(TableScope(), at: Timestamp(milliseconds: 0), localTime)
    }

    /// One of ``order``; where nothing is shown, a task that is hidden, or `nil`.
    var selection: TaskID? { selected.id }
    /// Where the selection stands in ``order``.
    var selectedIndex: Int { selected.index }
    /// The first row on the screen.
    var top: Int { selected.top }
    var selectedRow: TaskRow? { selection.flatMap { rows[$0] } }
    var tags: Set<TaskID> { tagging.ids }
    var filter: String { scope.filter }
    var sortColumn: TaskColumn { sorting.column }
    var isDescending: Bool { sorting.isDescending }
    /// The tasks that are not finished.
    var aliveCount: Int { counts.reduce(0) { $1.key.isFinal ? $0 : $0 + $1.value } }

    // MARK: - Targets

    /// What actions apply to: the tagged tasks, or else the selected one.
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

    /// Why a task cannot be seen; `nil` if it is on the screen.
    func hiddenCause(of id: TaskID) -> HiddenCause? {
        scopeCause(of: id) ?? (visible.contains(id) ? nil : offScreenCause)
    }

    /// Why a row is not on the screen.
    private var offScreenCause: HiddenCause { page > 0 ? .page : .log }

    /// Why a task has no row; `nil` if it has one.
    private func scopeCause(of id: TaskID) -> HiddenCause? {
        // The selected row stays while there are rows at all.
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
            } else {
                rows[record.id]?.update(record, at: now)
                texts.remove(record.id)
            }
            if before == .queued || record.state == .queued { queueIsStale = true }
            if usedColumns.count < TaskColumn.optional.count { usedColumns.formUnion(TaskColumn.used(by: record)) }
            guard before != record.state else { continue }
            if let before { counts[before, default: 0] -= 1 }
            counts[record.state, default: 0] += 1
            // An action on all tagged tasks shall not meet what has ended long since.
            if record.state.isFinal, before != nil { tagging.remove(record.id) }
            isStale = true
        }
    }

    mutating func apply(_ readings: [TaskID: WorkerUsage], at now: Duration) {
        for (id, row) in rows where row.usage != nil || readings[id] != nil {
            rows[id]?.update(usage: readings[id], at: now)
        }
    }

    /// Sorts again by what changes all the time: once a second, so that rows can be read; where nothing changes, not
    /// at all.
    mutating func tick(at now: Timestamp) {
        if sorting.column.isVolatile, hasChanged || aliveCount > 0 { isStale = true }
        if !filter.isEmpty, hasChanged { isStale = true }
        if scope.timeRange != .all, !matcher.isValid(for: scope, at: now, localTime) { isStale = true }
        hasChanged = false
    }

    // MARK: - Selection

    /// Makes the selected row a task that stays selected: the operator has acted.
    mutating func pinSelection() {
        selected.pin()
    }

    mutating func select(index: Int) {
        // A row that would be hidden were it not selected goes when it is left.
        if let selection, index != selectedIndex, !scope.isUnrestricted, let row = rows[selection],
            matcher.cause(row.record, text: { texts.text(of: row.record) }, reason: { turn(of: row.record) }) != nil
        {
            isStale = true
        }
        selected.select(index, in: order)
    }

    /// Selects a task as soon as it is shown.
    mutating func select(_ id: TaskID) {
        guard rows[id] != nil else { return }
        selected.select(id)
        isStale = true
    }

    mutating func move(_ motion: Motion, page: Int) {
        select(index: motion.moved(selectedIndex, count: order.count, page: page))
    }

    /// Selects the next row that has all words, from the selected one on and then from the first.
    ///
    /// - Parameter skipsSelection: whether the selected row itself is none of them.
    /// - Returns: Whether there is one.
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

    /// Changes the tags of the rows that are shown.
    mutating func tag(_ change: (inout Tags, _ selection: TaskID?, _ shown: [TaskID]) -> Void) {
        pinSelection()
        change(&tagging, order.isEmpty ? nil : selection, order)
        tagsAreStale = true
    }

    mutating func untagAll() {
        tagging.removeAll()
        tagsAreStale = true
    }

    // MARK: - What is shown

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

    /// Makes everything consistent again.
    ///
    /// - Parameter page: how many rows the screen shows.
    mutating func refresh(page: Int, at now: Moment) {
        if queueIsStale { updateQueuePositions() }
        if isStale { updateOrder(at: now) }
        if isStale || tagsAreStale { countHiddenTags() }
        (isStale, tagsAreStale, queueIsStale, scopeHasChanged) = (false, false, false, false)
        self.page = max(0, page)
        selected.scroll(page: page, count: order.count)
    }

    /// One that starts moves up all that wait behind it, without a change of theirs.
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
        // What is hidden by itself while it is selected stays, so that the next key does not meet another; what the
        // operator hides goes.
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
