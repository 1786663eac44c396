import TaskControl
import TaskModel

/// The log records so far, and the selection that is shown.
///
/// The pane is for events: only the newest dump of all tasks has rows, and only as many as leave room for events.
struct LogPane: Sendable {
    /// The number of events kept.
    static let capacity = 5000
    /// The number of dump summaries kept: days without events must not displace older events.
    static let summaryCapacity = 500

    /// The scroll position.
    enum Position: Sendable, Hashable {
        case following
        /// The number of the last record on the screen.
        case pinned(Int)
    }

    /// Events and summaries, oldest first.
    private var entries: [LogEntry] = []
    /// The newest dump of all tasks; `nil` until there is one.
    private(set) var newestDump: LogDump?
    /// The dump that was shown when the pane was pinned, if a newer one has arrived since: a pinned view does not move.
    private var pinnedDump: LogDump?
    /// The entries that match, oldest first.
    private(set) var shown: [LogEntry] = []
    private(set) var position = Position.following
    private(set) var minimumLevel = LogLevel.trace
    /// The task whose records are shown; `nil` for all.
    private(set) var task: TaskID?
    private(set) var filter = ""
    private(set) var wraps = true
    /// The number of cells cut off at the left if lines are not wrapped.
    private(set) var indent = 0
    /// The number of all records so far, including those logged before the dashboard started.
    private(set) var total = 0
    /// The maximum number of lines of a dump, its summary included.
    private(set) var dumpLimit = 10
    /// The search, with the number of the record found last.
    var search: SearchState<Int>?

    private var matcher = TextFilter("")

    /// The end of the entries in ``shown`` that are above the lower edge of the pane.
    var endIndex: Int {
        guard case .pinned(let number) = position else { return shown.count }
        // All entries up to the pinned one may have been dropped.
        return max(min(1, shown.count), shownIndex(after: number))
    }

    /// The number of events since the pane was pinned.
    var newCount: Int { shown[endIndex...].count { $0.record.dump == nil } }

    private var expandedDump: LogDump? { pinnedDump ?? newestDump }

    /// The number of entries in ``shown`` with this number or a lower one, found by binary search.
    func shownIndex(after number: Int) -> Int {
        var (low, high) = (0, shown.count)
        while low < high {
            let middle = (low + high) / 2
            if shown[middle].number <= number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func append(_ batch: [LogRecord]) {
        if let last = batch.last { total = last.number + 1 }
        for record in batch {
            let entry = LogEntry(record)
            switch record.dump {
            case nil: append(entry)
            case .summary:
                beginDump(with: entry)
                append(entry)
            case .row, .others:
                newestDump = newestDump ?? LogDump(summary: nil)
                newestDump?.rows.append(entry)
                if pinnedDump == nil { showRow(entry) }
            }
        }
        dropOldest()
    }

    private mutating func append(_ entry: LogEntry) {
        entries.append(entry)
        if matches(entry) { shown.append(entry) }
    }

    // MARK: - Dumps

    private mutating func beginDump(with summary: LogEntry) {
        if position == .following {
            if newestDump?.rows.isEmpty == false { shown.removeAll(where: \.isDumpRow) }
        } else if pinnedDump == nil {
            pinnedDump = newestDump
        }
        newestDump = LogDump(summary: summary)
    }

    /// Shows a row of the dump that is arriving, or counts it in the line for the rows without room.
    private mutating func showRow(_ entry: LogEntry) {
        guard matches(entry) else { return }
        if let index = shown.lastIndex(where: { $0.hiddenRows > 0 }) {
            shown[index].hiddenRows += entry.dumpedTasks
            return
        }
        shown.append(entry)
        // The summary is a line, too.
        guard shown.count(where: \.isDumpRow) >= dumpLimit else { return }
        // One line too many: the last two become one.
        shown.removeLast()
        if let before = shown.lastIndex(where: \.isDumpRow) {
            shown[before].hiddenRows = shown[before].dumpedTasks + entry.dumpedTasks
        }
    }

    /// Drops the oldest entries in bulk: dropping one at a time would move all others each time.
    private mutating func dropOldest() {
        guard entries.count > Self.capacity + Self.capacity / 10 else { return }
        var summaries = entries.count { $0.record.dump == .summary }
        if summaries > Self.summaryCapacity {
            entries.removeAll { entry in
                guard entry.record.dump == .summary, summaries > Self.summaryCapacity else { return false }
                summaries -= 1
                return true
            }
        }
        if entries.count > Self.capacity { entries.removeFirst(entries.count - Self.capacity) }
        select()
    }

    /// Limits dumps to half of a pane of `page` lines.
    mutating func setPage(_ page: Int) {
        let limit = max(2, page / 2)
        guard limit != dumpLimit else { return }
        dumpLimit = limit
        if expandedDump?.rows.isEmpty == false { select() }
    }

    // MARK: - Operation

    mutating func toggleFollow() {
        if position == .following { position = pinnedPosition(end: shown.count) } else { follow() }
    }

    private mutating func follow() {
        position = .following
        guard pinnedDump != nil else { return }
        pinnedDump = nil
        select()
    }

    /// Scrolls by lines; at the end the pane follows new records.
    mutating func move(_ motion: Motion, page: Int) {
        switch motion {
        case .left: indent = max(0, indent - 8)
        case .right: indent = wraps ? 0 : min(indent + 8, 10_000)
        case .last: follow()
        case .first: position = pinnedPosition(end: min(page, shown.count))
        case .up, .down, .pageUp, .pageDown:
            let end = motion.moved(endIndex - 1, count: shown.count, page: page) + 1
            if end >= shown.count { follow() } else { position = pinnedPosition(end: max(end, min(page, shown.count))) }
        }
    }

    /// Scrolls so that the first `end` entries of ``shown`` are above the lower edge.
    mutating func scroll(toEnd end: Int) {
        position = pinnedPosition(end: max(1, min(end, shown.count)))
    }

    mutating func restore(_ position: Position) {
        if position == .following { follow() } else { self.position = position }
    }

    private func pinnedPosition(end: Int) -> Position {
        end > 0 && end <= shown.count ? .pinned(shown[end - 1].number) : .following
    }

    mutating func nextLevel() {
        minimumLevel =
            switch minimumLevel {
            case .trace, .debug: .info
            case .info, .notice: .warning
            case .warning: .error
            case .error, .critical: .trace
            }
        select()
    }

    mutating func setTask(_ task: TaskID?) {
        guard task != self.task else { return }
        self.task = task
        select()
    }

    mutating func setFilter(_ text: String) {
        filter = text
        matcher = TextFilter(text)
        select()
    }

    mutating func toggleWrap() {
        wraps.toggle()
        indent = 0
    }

    private mutating func select() {
        shown = entries.filter(matches)
        guard let dump = expandedDump, let first = dump.rows.first else { return }
        var rows = dump.rows.filter(matches)
        // The summary is a line, too.
        if rows.count >= dumpLimit {
            let last = max(0, dumpLimit - 2)
            let hidden = rows[last...].reduce(0) { $0 + $1.dumpedTasks }
            rows.removeSubrange((last + 1)...)
            rows[last].hiddenRows = hidden
        }
        // Events may be between the rows.
        let start = shownIndex(after: first.number)
        shown[start...] = ((shown[start...] + rows).sorted { $0.number < $1.number })[...]
    }

    /// The shown entries with all rows of the dump, including those without room.
    var wholeShown: [LogEntry] {
        guard let index = shown.lastIndex(where: { $0.hiddenRows > 0 }), let dump = expandedDump else { return shown }
        let hidden = dump.rows.filter { $0.number >= shown[index].number && matches($0) }
        // Events may be between the rows.
        return (shown[..<index] + hidden + shown[(index + 1)...]).sorted { $0.number < $1.number }
    }

    private func matches(_ entry: LogEntry) -> Bool {
        let record = entry.record
        return record.level >= minimumLevel && (task.map { task in entry.mentions.contains { $0.id == task } } ?? true)
            && (matcher.isEmpty || matcher.matches("\(record.level.rawValue) \(record.text)"))
    }
}
