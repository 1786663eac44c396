import TaskModel

/// Which tasks the table shows: what hides the others.
struct TableScope: Sendable, Hashable {
    /// Words that a task must have, or must not.
    var filter = ""
    var hidesFinished = false
    var timeRange = TimeRange.all

    /// Whether nothing is hidden.
    var isOpen: Bool { filter.allSatisfy { $0 == " " } && !hidesFinished && timeRange == .all }

    /// What is on, each in short: `not finished`, `today`, `/report`.
    func texts(_ localTime: LocalTime, _ glyphs: Glyphs) -> [String] {
        var texts: [String] = []
        if hidesFinished { texts.append("not finished") }
        if timeRange != .all { texts.append(timeRange.text(localTime)) }
        if !filter.allSatisfy({ $0 == " " }) {
            // A pasted text may be long; the filter's own line has all of it.
            let isLong = filter.dropFirst(30).first != nil
            texts.append("/\(filter.prefix(30))" + (isLong ? String(Character(glyphs.ellipsis)) : ""))
        }
        return texts
    }
}

/// Why a task cannot be seen.
enum HiddenCause: Sendable, Hashable, CaseIterable {
    case filter, finished, timeRange
    /// It is above or below of what the screen shows.
    case page
    /// The log takes the table's place.
    case log

    /// Continues `1 hidden`, or `2`.
    func text(_ count: Int?) -> String {
        let words =
            switch self {
            case .filter: "hidden by the filter"
            case .finished: "hidden as finished"
            case .timeRange: "hidden by the time"
            case .page: "on another page"
            case .log: "behind the log"
            }
        return count.map { "\($0) \(words)" } ?? words
    }
}

/// A ``TableScope`` at one moment, ready to look at many tasks.
struct ScopeMatcher: Sendable {
    let filter: TextFilter
    private let hidesFinished: Bool
    private let interval: TimeRange.Interval?
    private let now: Timestamp

    init(_ scope: TableScope, at now: Timestamp, _ localTime: LocalTime) {
        filter = TextFilter(scope.filter)
        hidesFinished = scope.hidesFinished
        interval = scope.timeRange.interval(at: now, localTime)
        self.now = now
    }

    /// Whether the scope has the same times at another moment, but for less than a minute.
    func isValid(for scope: TableScope, at now: Timestamp, _ localTime: LocalTime) -> Bool {
        guard let old = interval, let new = scope.timeRange.interval(at: now, localTime) else { return false }
        // What is alive belongs to a day as long as that lasts.
        return old.end == new.end && old.contains(self.now) == new.contains(now)
            && abs(new.start.milliseconds - old.start.milliseconds) < 60_000
    }

    /// Why a task is hidden; `nil` if it is shown.
    ///
    /// - Parameters:
    ///   - text: what the filter looks into; made only if it is needed.
    ///   - reason: why it waits for its turn, which changes while its record does not.
    func cause(
        _ record: TaskRecord, text: () -> FilteredText, reason: () -> TaskReason?
    ) -> HiddenCause? {
        if hidesFinished, record.state.isFinal { return .finished }
        if let interval, !interval.contains(record.finishedAt ?? now) { return .timeRange }
        if filter.isEmpty { return nil }
        return filter.matches(text(), and: reason().map { FilteredText($0.description) }) ? nil : .filter
    }
}
