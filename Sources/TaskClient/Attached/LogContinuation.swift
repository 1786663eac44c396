package import TaskControl

/// The log of a service over several connections, and of the services after it: no record comes twice, and numbers grow.
package struct LogContinuation: Sendable {
    /// As received.
    private var last: LogRecord?
    /// What is added to the numbers of the present service.
    private var offset = 0

    package init() {}

    /// Returns the records that are new.
    ///
    /// - Parameter isBeginning: Whether they are the first of a connection, which may have been received before.
    package mutating func append(_ records: [LogRecord], isBeginning: Bool) -> [LogRecord] {
        var new = records[...]
        if isBeginning, let last, let first = records.first {
            if let index = records.lastIndex(of: last) {
                new = records[(index + 1)...]
            } else if first.number <= last.number || first.time < last.time {
                // Another service, which counts from 0.
                offset += last.number + 1 - first.number
            }
        }
        last = new.last ?? last
        return new.map { record in
            LogRecord(
                number: record.number + offset, time: record.time, level: record.level, text: record.text,
                dump: record.dump)
        }
    }
}
