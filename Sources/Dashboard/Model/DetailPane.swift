import TaskModel

/// All about one task, as text that can be scrolled.
struct DetailPane: Sendable {
    let id: TaskID
    /// What the worker itself has said, last time it was asked.
    private(set) var detail: TaskDetail?
    /// Whether the service has been asked and has not answered yet.
    private(set) var isReading = false
    private(set) var text = DetailText()
    /// The first line on the screen.
    private(set) var top = 0

    init(_ id: TaskID) {
        self.id = id
    }

    /// Whether to ask now: not again while an answer is under way.
    mutating func beginReading() -> Bool {
        guard !isReading else { return false }
        isReading = true
        return true
    }

    mutating func take(_ detail: TaskDetail?) {
        isReading = false
        self.detail = detail
    }

    /// Brings the text up to date with the newest record.
    mutating func write(_ record: TaskRecord, width: Int, isUnicode: Bool) {
        text.update(record, detail, width: width, isUnicode: isUnicode)
    }

    mutating func move(_ motion: Motion, page: Int) {
        switch motion {
        case .up: top -= 1
        case .down: top += 1
        case .pageUp: top -= max(1, page - 1)
        case .pageDown: top += max(1, page - 1)
        case .first: top = 0
        case .last: top = text.count
        case .left, .right: break
        }
        settle(page: page)
    }

    mutating func settle(page: Int) {
        top = max(0, min(top, text.count - page))
    }
}
