import TaskControl
import TaskModel

/// The log records that have come so far, and what of them is shown.
///
/// It is for events: of the dumps of all tasks only the newest has rows, and of those only as many as leave room.
struct LogPane: Sendable {
    /// Events kept.
    static let capacity = 5000
    /// Summaries of dumps kept, so that days without events do not push away those of before.
    static let summaryCapacity = 500

    /// Whether the end is shown as it grows.
    enum Position: Sendable, Hashable {
        case following
        /// The last line shown is this record, by number.
        case pinned(Int)
    }

    /// Events and summaries, oldest first.
    private var entries: [LogEntry] = []
    /// The newest dump of all tasks; `nil` until there is one.
    private(set) var newestDump: LogDump?
    /// The dump that was shown when the pane was held, if a newer one has come since: what is held does not move.
    private var pinnedDump: LogDump?
    /// The entries that match, oldest first.
    private(set) var shown: [LogEntry] = []
    private(set) var position = Position.following
    private(set) var minimumLevel = LogLevel.trace
    /// Only records on this task.
    private(set) var task: TaskID?
    private(set) var filter = ""
    private(set) var wraps = true
    /// Cells that are cut off at the left where lines are not wrapped.
    private(set) var indent = 0
    /// Records that there have been in all, those included that never came here.
    private(set) var total = 0
    /// The most lines of a dump, the summary included.
    private(set) var dumpLimit = 10
    /// What is looked for, and the number of the record found last.
    var search: SearchState<Int>?

    private var matcher = TextFilter("")

    /// How many of ``shown`` stand above the lower edge of the pane, the one on it included.
    var endIndex: Int {
        guard case .pinned(let number) = position else { return shown.count }
        // All that was held may have been dropped since.
        return max(min(1, shown.count), shownIndex(after: number))
    }

    /// Events that have come since the pane was held.
    var newCount: Int { shown[endIndex...].count { $0.record.dump == nil } }

    private var expandedDump: LogDump? { pinnedDump ?? newestDump }

    /// How many of ``shown`` have this number or a lower one: numbers only grow, so that is found by halving.
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

    /// Shows a row of the dump that is arriving, or counts it in the line that stands for those without room.
    private mutating func showRow(_ entry: LogEntry) {
        guard matches(entry) else { return }
        if let index = shown.lastIndex(where: { $0.hiddenRows > 0 }) {
            shown[index].hiddenRows += entry.dumpedTasks
            return
        }
        shown.append(entry)
        // The summary is a line too.
        guard shown.count(where: \.isDumpRow) >= dumpLimit else { return }
        // One more line than there is room for: the last two become one.
        shown.removeLast()
        if let before = shown.lastIndex(where: \.isDumpRow) {
            shown[before].hiddenRows = shown[before].dumpedTasks + entry.dumpedTasks
        }
    }

    /// Drops the oldest, in pieces: dropping one at a time would move all the others each time.
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

    /// Fits dumps into a pane of so many lines: one gets at most half of it.
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

    /// Moves up or down by lines; the end follows from then on.
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

    /// Holds the pane with this many of ``shown`` above its lower edge.
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
        // The summary is a line too.
        if rows.count >= dumpLimit {
            let last = max(0, dumpLimit - 2)
            let hidden = rows[last...].reduce(0) { $0 + $1.dumpedTasks }
            rows.removeSubrange((last + 1)...)
            rows[last].hiddenRows = hidden
        }
        // Events may have come between the rows.
        let start = shownIndex(after: first.number)
        shown[start...] = ((shown[start...] + rows).sorted { $0.number < $1.number })[...]
    }

    /// What is shown, with all rows of the dump, also those for which the pane has no room.
    var wholeShown: [LogEntry] {
        guard let index = shown.lastIndex(where: { $0.hiddenRows > 0 }), let dump = expandedDump else { return shown }
        let hidden = dump.rows.filter { $0.number >= shown[index].number && matches($0) }
        // Events may have come between the rows.
        return (shown[..<index] + hidden + shown[(index + 1)...]).sorted { $0.number < $1.number }
    }

    private func matches(_ entry: LogEntry) -> Bool {
        let record = entry.record
        return record.level >= minimumLevel && (task.map { task in entry.mentions.contains { $0.id == task } } ?? true)
            && (matcher.isEmpty || matcher.matches("\(record.level.rawValue) \(record.text)"))
    }
}
