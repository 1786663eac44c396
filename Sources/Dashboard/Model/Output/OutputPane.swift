import TaskModel

/// A window on the output of a task, and the rows that are shown.
///
/// Only some thousand lines are in memory; scrolling beyond them requests others.
struct OutputPane: Sendable {
    /// The number of lines kept.
    static let capacity = 5000
    /// The memory of the lines kept, in bytes.
    static let byteCapacity = 4 << 20
    /// The number of pages in a row after which the next one is of the end.
    private static let pagesBehindLimit = 4

    let id: TaskID
    private(set) var content = Content.unknown
    /// The lines that have ended, oldest first.
    private var entries: [OutputEntry] = []
    /// The lines at the end that have not ended.
    private var openEntries: [OutputEntry] = []
    /// The number of the first line; numbers stay while the window moves.
    private(set) var firstNumber = 0
    private var size = 0
    private var start = OutputCursor(OutputPlace(file: 0, offset: 0))
    private var end = OutputCursor(OutputPlace(file: 0, offset: 0))
    private(set) var hasEarlier = false
    /// Whether there is output behind the window.
    private(set) var hasLater = false
    private(set) var attempt = 1

    private(set) var position = Position.following
    /// The only stream shown; `nil` for both.
    private(set) var stream: ProgramStream?
    private(set) var wraps = true
    /// The number of cells cut off at the left if lines are not wrapped.
    private(set) var indent = 0
    /// The search, with the number of the line found last.
    var search: SearchState<Int>?
    /// The search beyond the lines in memory; `nil` if there is none.
    var furtherSearch: FurtherSearch?

    /// Whether the task had begun when its record was last seen.
    private var hadBegun = false
    /// The number of pages in a row that did not come to the end of the output.
    private var pagesBehind = 0
    /// The part to request next, without its cursor, which an answer to come may move; `nil` if nothing is missing.
    private var missing: MissingPart?
    /// The request without an answer.
    private var pending: OutputQuery?

    init(_ id: TaskID, like other: OutputPane? = nil) {
        self.id = id
        stream = other?.stream
        wraps = other?.wraps ?? true
        search = other?.search.map { SearchState(search: $0.search) }
    }

    // MARK: - Lines

    var isShown: Bool {
        switch content {
        case .unknown, .none: false
        case .lines, .failed: true
        }
    }

    /// Whether lines are requested, or about to be.
    var isReading: Bool { pending != nil || missing != nil }

    var count: Int { entries.count + openEntries.count }
    /// The numbers of all lines in memory.
    var numbers: Range<Int> { firstNumber..<firstNumber + count }

    /// The line of a number in ``numbers``.
    func entry(_ number: Int) -> OutputEntry {
        let index = number - firstNumber
        return index < entries.count ? entries[index] : openEntries[index - entries.count]
    }

    /// Marks that there may be more output.
    mutating func markGrown() {
        switch (content, position) {
        case (.lines, .pinned): hasLater = true
        case (.lines, .following): missing = missing ?? .after
        case (.unknown, _), (.none, _), (.failed, _): missing = .last
        }
    }

    /// Reads the output from its end again if the task has begun another attempt, or its first one.
    mutating func updateAttempt(of record: TaskRecord) {
        let hasBegun = record.startedAt != nil
        if content == .none, hasBegun != hadBegun { missing = .last }
        if content == .lines, record.attempt != attempt, hasBegun { missing = .last }
        hadBegun = hasBegun
    }

    /// The next request; `nil` if nothing is missing or a request is pending.
    mutating func nextQuery() -> OutputQuery? {
        guard pending == nil, let missing else { return nil }
        let part: OutputPart =
            switch missing {
            case .first: .first
            case .last: .last
            case .before: .before(start)
            case .after: .after(end)
            }
        self.missing = nil
        pending = OutputQuery(part, stream: stream)
        return pending
    }

    mutating func apply(_ result: Result<OutputPage?, TaskError>, for query: OutputQuery, _ page: OutputPageSize) {
        guard pending == query else { return }
        pending = nil
        // The other stream has been chosen meanwhile.
        guard query.stream == stream else { return }
        switch result {
        case .failure(let error): if content != .lines { content = .failed(error.detail) }
        case .success(nil):
            clear()
            content = .none
        case .success(let answer?): apply(answer, for: query.part, page)
        }
    }

    private mutating func apply(_ answer: OutputPage, for part: OutputPart, _ page: OutputPageSize) {
        let isContinuation = answer.isContinuation && content == .lines
        content = .lines
        attempt = answer.attempt
        switch part {
        case .before where isContinuation:
            prepend(answer)
            searchArrived(firstNumber..<firstNumber + answer.lines.count, .backward, page)
        case .after where isContinuation:
            append(answer)
            let last = numbers.upperBound
            searchArrived(max(numbers.lowerBound, last - answer.lines.count - openEntries.count)..<last, .forward, page)
        case .first, .last, .before, .after:
            if furtherSearch != nil { furtherSearch = .failed }
            clear()
            (start, hasEarlier) = (answer.start, answer.hasEarlier)
            append(answer)
            if part == .first {
                position = pinned(at: OutputRow(line: firstNumber), page)
            } else if position != .following {
                // What was shown is gone.
                follow()
            }
        }
    }

    private mutating func append(_ page: OutputPage) {
        entries += page.lines.map(OutputEntry.init)
        openEntries = page.openLines.map(OutputEntry.init)
        size += entries.suffix(page.lines.count).reduce(0) { $0 + $1.size }
        end = page.end
        hasLater = page.hasLater
        if hasLater, position == .following {
            // Output that arrives faster than it is read is skipped.
            pagesBehind += 1
            missing = pagesBehind < Self.pagesBehindLimit ? .after : .last
        } else {
            pagesBehind = 0
        }
        dropFirst()
    }

    private mutating func prepend(_ page: OutputPage) {
        let earlier = page.lines.map(OutputEntry.init)
        entries = earlier + entries
        size += earlier.reduce(0) { $0 + $1.size }
        firstNumber -= earlier.count
        (start, hasEarlier) = (page.start, page.hasEarlier)
        dropLast()
    }

    /// Drops the oldest lines in bulk: dropping one at a time would move all others each time.
    private mutating func dropFirst() {
        guard entries.count > Self.capacity + Self.capacity / 10 || size > Self.byteCapacity + Self.byteCapacity / 10
        else { return }
        var count = 0
        while count < entries.count - 1, entries.count - count > Self.capacity || size > Self.byteCapacity {
            start[entries[count].stream] = entries[count].end
            size -= entries[count].size
            count += 1
        }
        entries.removeFirst(count)
        firstNumber += count
        hasEarlier = true
    }

    private mutating func dropLast() {
        guard entries.count > Self.capacity || size > Self.byteCapacity else { return }
        openEntries = []
        while entries.count > Self.capacity || size > Self.byteCapacity, entries.count > 1 {
            let entry = entries.removeLast()
            end[entry.stream] = entry.start
            size -= entry.size
        }
        hasLater = true
        missing = nil
    }

    private mutating func clear() {
        // Numbers of lines that are gone must not be those of others.
        firstNumber = numbers.upperBound
        (entries, openEntries, size) = ([], [], 0)
        (hasEarlier, hasLater, missing) = (false, false, nil)
        search?.current = nil
    }

    // MARK: - Operation

    /// Shows the next stream alone, or both.
    mutating func nextStream() {
        stream =
            switch stream {
            case nil: .standardOutput
            case .standardOutput: .standardError
            case .standardError: nil
            }
        // An answer to come is of the stream before, and so are lines.
        (pending, furtherSearch) = (nil, nil)
        let kept = entries.filter { stream == nil || $0.stream == stream }
        let keptOpen = openEntries.filter { stream == nil || $0.stream == stream }
        clear()
        (entries, openEntries, size) = (kept, keptOpen, kept.reduce(0) { $0 + $1.size })
        position = .following
        missing = .last
    }

    mutating func toggleWrap(_ page: OutputPageSize) {
        wraps.toggle()
        indent = 0
        if case .pinned(let row) = position { position = pinned(at: OutputRow(line: row.line), page, isTop: false) }
    }

    mutating func toggleFollow(_ page: OutputPageSize) {
        if position == .following, let last = lastRow(page) { position = .pinned(last) } else { follow() }
    }

    private mutating func follow() {
        position = .following
        if hasLater { missing = .last }
    }

    /// Requests the lines before those in memory, or behind them.
    mutating func requestMore(_ direction: SearchDirection) {
        missing = direction == .backward ? .before : .after
    }

    mutating func restore(_ position: Position) {
        if position == .following { follow() } else { self.position = position }
    }

    /// Scrolls by rows; at the end the pane follows new output, at the beginning it requests earlier output.
    mutating func move(_ motion: Motion, _ page: OutputPageSize) {
        furtherSearch = nil
        let step = max(1, page.rows - 1)
        switch motion {
        case .left: indent = max(0, indent - 8)
        case .right: indent = wraps ? 0 : min(indent + 8, 1_000_000)
        case .last: follow()
        case .first:
            if hasEarlier {
                missing = .first
            } else {
                position = pinned(at: OutputRow(line: firstNumber), page)
            }
        case .up: scroll(by: -1, page)
        case .down: scroll(by: 1, page)
        case .pageUp: scroll(by: -step, page)
        case .pageDown: scroll(by: step, page)
        }
    }

    private mutating func scroll(by rows: Int, _ page: OutputPageSize) {
        guard let last = lastRow(page) else { return }
        let bottom = bottomRow(page) ?? last
        let (target, rest) = moved(bottom, by: rows, page)
        if rows < 0 {
            // The first row stays at the top.
            let (top, missingRows) = moved(target, by: 1 - page.rows, page)
            position = missingRows > 0 ? pinned(at: top, page) : .pinned(target)
            if missingRows > 0, hasEarlier { missing = .before }
        } else if rest > 0 || target == last {
            if hasLater {
                position = .pinned(last)
                missing = .after
            } else {
                follow()
            }
        } else {
            position = .pinned(target)
        }
    }
}
