import TaskControl
import TaskModel

/// The detail of one task as scrollable text.
struct DetailPane: Sendable {
    /// A part of the screen.
    enum Focus: Sendable, Hashable {
        case text, output
    }

    let id: TaskID
    /// The last answer of the task's worker.
    private(set) var detail: TaskDetail?
    /// Whether it could not be read.
    private(set) var hasFailed = false
    /// Whether the detail may have changed since it was read.
    private(set) var isStale = true
    private(set) var text: DetailText
    private var offset = ScrollOffset()
    /// The part that has the focus while output is shown.
    var focus = Focus.output
    /// Whether the output covers the text.
    var outputIsFull = false
    /// The search, with the line found last.
    var search: SearchState<DetailText.Place>?

    init(_ id: TaskID, _ form: DetailText.Form = .whole) {
        self.id = id
        text = DetailText(form)
    }

    mutating func markStale() { isStale = true }

    /// Counts the detail as read from now on.
    mutating func beginReading() { (isStale, hasFailed) = (false, false) }

    mutating func apply(_ detail: TaskDetail?) {
        self.detail = detail
        hasFailed = detail == nil
    }

    /// Updates the text from a record.
    mutating func write(_ row: TaskRow, at now: Moment, _ layout: DetailLayout) {
        text.update(row, detail, at: now, layout)
    }

    /// The first line on the screen.
    var top: Int { offset.top }

    mutating func move(_ motion: Motion, page: Int) {
        offset.move(motion, count: text.count, page: page)
    }

    mutating func scroll(to line: Int, page: Int) {
        offset.scroll(to: line, count: text.count, page: page)
    }

    mutating func clamp(page: Int) {
        offset.clamp(count: text.count, page: page)
    }

    /// Scrolls to the next line with the text of the search.
    ///
    /// - Parameter isFirst: Whether the search begins at the top of the screen instead of the line found last.
    /// - Returns: Whether the search wrapped around an end; `nil` if no line matches.
    mutating func find(_ direction: SearchDirection, isFirst: Bool, page: Int) -> Bool? {
        guard let state = search else { return nil }
        let view = top..<top + max(1, page)
        let start = direction.start(in: view, current: isFirst ? nil : state.current.map(text.index))
        guard let (index, place) = text.find(state.search, direction, from: start) else { return nil }
        search?.current = place
        if !view.contains(index) { scroll(to: index - page / 2, page: page) }
        return direction.hasWrapped(from: start, to: index)
    }
}
