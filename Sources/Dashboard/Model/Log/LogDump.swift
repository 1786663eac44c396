/// A dump of all tasks.
struct LogDump: Sendable, Hashable {
    /// The line with the counts; `nil` if it was dropped before the dashboard started.
    let summary: LogEntry?
    var rows: [LogEntry] = []

    var entries: [LogEntry] { (summary.map { [$0] } ?? []) + rows }
}
