import TaskModel

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
