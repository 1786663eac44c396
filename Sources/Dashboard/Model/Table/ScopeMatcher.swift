import TaskModel

/// A ``TableScope`` at one moment, prepared for matching many tasks.
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

    /// Whether the time range of the scope is the same at another moment, apart from less than a minute.
    func isValid(for scope: TableScope, at now: Timestamp, _ localTime: LocalTime) -> Bool {
        guard let old = interval, let new = scope.timeRange.interval(at: now, localTime) else { return false }
        // A task that is alive belongs to the present day.
        return old.end == new.end && old.contains(self.now) == new.contains(now)
            && abs(new.start.milliseconds - old.start.milliseconds) < 60_000
    }

    /// The reason why a task is hidden; `nil` if it is shown.
    ///
    /// - Parameters:
    ///   - text: Returns the text for the filter; called only if needed.
    ///   - reason: Returns the reason why the task waits, which changes without its record.
    func cause(
        _ record: TaskRecord, text: () -> FilteredText, reason: () -> TaskReason?
    ) -> HiddenCause? {
        if hidesFinished, record.state.isFinal { return .finished }
        if let interval, !interval.contains(record.finishedAt ?? now) { return .timeRange }
        if filter.isEmpty { return nil }
        return filter.matches(text(), and: reason().map { FilteredText($0.description) }) ? nil : .filter
    }
}
