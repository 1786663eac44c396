import TaskControl

/// A log record with values computed once for the pane.
struct LogEntry: Sendable, Hashable {
    let record: LogRecord
    /// The task ids in its text.
    let mentions: [TaskMention]
    /// The number of dumped tasks that this entry represents, its own included; 0 if it represents only itself.
    var hiddenRows = 0

    init(_ record: LogRecord) {
        self.record = record
        mentions = TaskMention.all(in: record.text)
    }

    var number: Int { record.number }
    var isDumpRow: Bool { dumpedTasks > 0 }

    /// The number of tasks in this line of a dump.
    var dumpedTasks: Int {
        switch record.dump {
        case .row: 1
        case .others(let count): count
        case .summary, nil: 0
        }
    }
}
