import TaskControl

/// A record of the log, with what the pane needs to know of it again and again.
struct LogEntry: Sendable, Hashable {
    let record: LogRecord
    /// The tasks that its text names, and where.
    let mentions: [TaskMention]
    /// The tasks of a dump for which it stands, its own included; 0 for a line that stands for itself.
    var hiddenRows = 0

    init(_ record: LogRecord) {
        self.record = record
        mentions = TaskMention.all(in: record.text)
    }

    var number: Int { record.number }
    var isDumpRow: Bool { dumpedTasks > 0 }

    /// The number of tasks that it shows as a line of a dump.
    var dumpedTasks: Int {
        switch record.dump {
        case .row: 1
        case .others(let count): count
        case .summary, nil: 0
        }
    }
}
