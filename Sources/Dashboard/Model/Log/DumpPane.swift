/// The newest dump of all tasks, whole, as text that can be scrolled.
///
/// It shows what it was opened with until it follows: a thousand rows that change while they are read cannot be read.
struct DumpPane: Sendable {
    private(set) var dump: LogDump
    /// Whether each new dump takes the place of the one that is shown.
    private(set) var isFollowing = false
    /// The first line on the screen.
    private(set) var top = 0
    /// Cells that are cut off at the left.
    private(set) var indent = 0
    /// What is looked for, and the line found last.
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

    /// Shows a newer dump, if it follows.
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

    mutating func move(_ motion: Motion, page: Int) {
        switch motion {
        case .left: indent = max(0, indent - 8)
        case .right: indent = min(indent + 8, 10_000)
        case .up, .down, .pageUp, .pageDown, .first, .last:
            top = motion.moved(top, count: max(1, lines.count - page + 1), page: page)
        }
    }

    mutating func clamp(page: Int) {
        top = max(0, min(top, lines.count - page))
    }

    mutating func scroll(to line: Int, page: Int) {
        top = line
        clamp(page: page)
    }

    /// Scrolls as far as it takes to show a line.
    mutating func show(line: Int, page: Int) {
        if !(top..<top + max(1, page)).contains(line) { top = line - page / 2 }
        clamp(page: page)
    }
}
