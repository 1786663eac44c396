import TaskModel

/// The log records that have come so far, and what of them is shown.
struct LogPane: Sendable {
    /// Records kept.
    static let capacity = 5000

    /// Whether the end is shown as it grows.
    enum Position: Sendable, Hashable {
        case following
        /// The last line shown is this record, by number.
        case held(Int)
    }

    private var records: [LogRecord] = []
    /// The records that match, oldest first.
    private(set) var shown: [LogRecord] = []
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

    private var matcher = TextFilter("")

    /// How many of ``shown`` stand above the lower edge of the pane, the one on it included.
    var endIndex: Int {
        guard case .held(let number) = position else { return shown.count }
        // Numbers only grow, so the place is found by halving.
        var (low, high) = (0, shown.count)
        while low < high {
            let middle = (low + high) / 2
            if shown[middle].number <= number { low = middle + 1 } else { high = middle }
        }
        // All that was held may have been dropped since.
        return max(min(1, shown.count), low)
    }

    /// Records that have come since the pane was held.
    var newCount: Int { shown.count - endIndex }

    mutating func take(_ batch: [LogRecord]) {
        if let last = batch.last { total = last.number + 1 }
        records += batch
        shown += batch.filter(matches)
        // In pieces: dropping one at a time would move all the others each time.
        if records.count > Self.capacity + Self.capacity / 10 {
            records.removeFirst(records.count - Self.capacity)
            let oldest = records.first?.number ?? 0
            shown.removeFirst(shown.prefix { $0.number < oldest }.count)
        }
    }

    // MARK: - What the operator wants

    mutating func toggleFollow() {
        position = position == .following ? hold(at: shown.count) : .following
    }

    /// Moves up or down by lines; the end follows from then on.
    mutating func move(_ motion: Motion, page: Int) {
        switch motion {
        case .left: indent = max(0, indent - 8)
        case .right: indent = wraps ? 0 : min(indent + 8, 10_000)
        case .last: position = .following
        case .first: position = hold(at: min(page, shown.count))
        case .up, .down, .pageUp, .pageDown:
            let end = motion.moved(endIndex - 1, count: shown.count, page: page) + 1
            position = end >= shown.count ? .following : hold(at: max(end, min(page, shown.count)))
        }
    }

    private func hold(at end: Int) -> Position {
        end > 0 && end <= shown.count ? .held(shown[end - 1].number) : .following
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
        shown = records.filter(matches)
    }

    private func matches(_ record: LogRecord) -> Bool {
        record.level >= minimumLevel && (task.map { record.text.contains($0.description) } ?? true)
            && (matcher.isEmpty || matcher.matches("\(record.level.rawValue) \(record.text)"))
    }
}
