package import TaskModel

/// The importance of a log record, least first.
package enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case trace, debug, info, notice, warning, error, critical

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}

/// One line of the log.
package struct LogRecord: Sendable, Hashable {
    /// Counts all records from 0; a gap is the number of records that were lost on the way to a reader.
    package let number: Int
    /// When it was logged.
    package let time: Timestamp
    /// Its importance.
    package let level: LogLevel
    /// The text, safe to show: control characters are escaped.
    package let text: String
    /// Its part in a dump of all tasks; `nil` for an event.
    package let dump: DumpPart?

    package init(number: Int, time: Timestamp, level: LogLevel, text: String, dump: DumpPart? = nil) {
        self.number = number
        self.time = time
        self.level = level
        self.text = text
        self.dump = dump
    }

    /// The part of a line in a dump of all tasks.
    package enum DumpPart: Sendable, Hashable, CustomStringConvertible {
        /// The first line, with the counts.
        case summary
        case row
        /// The last line, with the number of tasks without a row.
        case others(Int)

        package var description: String {
            switch self {
            case .summary: "summary"
            case .row: "row"
            case .others(let count): "\(count) others"
            }
        }
    }

    /// The line in log files: time, level, text.
    package var line: String {
        let level = level.rawValue
        return "\(time) \(level)\(String(repeating: " ", count: max(0, 8 - level.count))) \(text)"
    }
}
