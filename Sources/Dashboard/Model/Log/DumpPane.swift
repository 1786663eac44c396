/// The newest dump of all tasks as scrollable text.
///
/// It shows one dump until it follows: a thousand rows that change while being read would be unreadable.
struct DumpPane: Sendable {
    private(set) var dump: LogDump
    /// Whether each new dump replaces the one that is shown.
    private(set) var isFollowing = false
    private var offset = ScrollOffset()
    /// The number of cells cut off at the left.
    private(set) var indent = 0
    /// The search, with the line found last.
    var search: SearchState<Int>?

    init(_ dump: LogDump) {
        self.dump = dump
        lines = dump.entries
    }

    private(set) var lines: [LogEntry]

    mutating func toggleFollow(newest: LogDump?) {
        isFollowing.toggle()
        if isFollowing { show(newest) }
    }

    /// Shows a newer dump while it follows.
    mutating func update(newest: LogDump?) {
        if isFollowing, newest?.rows.count != dump.rows.count || newest?.summary != dump.summary { show(newest) }
    }

    private mutating func show(_ newest: LogDump?) {
        guard let newest else { return }
        self = DumpPane(newest, like: self)
    }

    private init(_ dump: LogDump, like other: DumpPane) {
        self = other
        self.dump = dump
        lines = dump.entries
    }

    /// The first line on the screen.
    var top: Int { offset.top }

    mutating func move(_ motion: Motion, page: Int) {
        switch motion {
        case .left: indent = max(0, indent - 8)
        case .right: indent = min(indent + 8, 10_000)
        case .up, .down, .pageUp, .pageDown, .first, .last:
            offset.move(motion, count: lines.count, page: page)
        }
    }

    mutating func clamp(page: Int) {
        offset.clamp(count: lines.count, page: page)
    }

    mutating func scroll(to line: Int, page: Int) {
        offset.scroll(to: line, count: lines.count, page: page)
    }

    /// Scrolls to show a line, if it is not on the screen.
    mutating func show(line: Int, page: Int) {
        if !(top..<top + max(1, page)).contains(line) { scroll(to: line - page / 2, page: page) }
    }
}
