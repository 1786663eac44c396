import TaskControl
import TaskModel

/// All about one task, as text that can be scrolled.
struct DetailPane: Sendable {
    let id: TaskID
    /// What the worker itself has said, last time it was asked.
    private(set) var detail: TaskDetail?
    /// Whether there may be something new to ask the worker for.
    var isStale = true
    private(set) var text: DetailText
    /// The first line on the screen.
    private(set) var top = 0
    /// What is looked for, and the line found last.
    var search: SearchState<DetailText.Place>?

    init(_ id: TaskID, _ form: DetailText.Form = .whole) {
        self.id = id
        text = DetailText(form)
    }

    mutating func apply(_ detail: TaskDetail?) {
        self.detail = detail
    }

    /// Brings the text up to date with the newest record.
    mutating func write(_ row: TaskRow, at now: Moment, _ layout: DetailLayout) {
        text.update(row, detail, at: now, layout)
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
        clamp(page: page)
    }

    mutating func scroll(to line: Int, page: Int) {
        top = line
        clamp(page: page)
    }

    mutating func clamp(page: Int) {
        top = max(0, min(top, text.count - page))
    }

    /// Goes to a line in which the text looked for is.
    ///
    /// - Parameter isFirst: whether to look from the first line on the screen on, wherever something was found before.
    /// - Returns: Whether the search went past an end; `nil` if there is no such line.
    mutating func find(_ direction: SearchDirection, isFirst: Bool, page: Int) -> Bool? {
        guard let state = search else { return nil }
        let view = top..<top + max(1, page)
        let last = isFirst ? nil : state.current.map(text.index).flatMap { view.contains($0) ? $0 : nil }
        let start = last ?? (direction == .forward ? view.lowerBound - 1 : view.upperBound)
        guard let (index, place) = text.find(state.search, direction, from: start) else { return nil }
        search?.current = place
        if !view.contains(index) { scroll(to: index - page / 2, page: page) }
        return direction == .forward ? index <= start : index >= start
    }
}
