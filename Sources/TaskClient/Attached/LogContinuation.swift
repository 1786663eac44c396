package import TaskControl

/// The log of a service over several connections, and of the services after it: no record comes twice, and numbers grow.
package struct LogContinuation: Sendable {
    /// The most records with which a connection begins that were logged before.
    package static let tail = 300

    /// The last records of the present service, as received; at most ``tail``.
    private var recent: [LogRecord] = []
    /// What is added to their numbers.
    private var offset = 0
    private var isBeginning = true

    package init() {}

    /// Begins another connection, which may bring what has been received before.
    package mutating func beginConnection() { isBeginning = true }

    /// Returns the records that are new.
    package mutating func append(_ records: [LogRecord]) -> [LogRecord] {
        guard let first = records.first else { return [] }
        if isBeginning, let last = recent.last, !recent.contains(first),
            first.number <= last.number || first.time < last.time
        {
            // Another service, which counts from 0.
            offset += last.number + 1 - first.number
            recent = []
        }
        isBeginning = false
        let last = recent.last?.number ?? -1
        let new = records.filter { $0.number > last }
        recent = (recent + new).suffix(Self.tail)
        return new.map { record in
            LogRecord(
                number: record.number + offset, time: record.time, level: record.level, text: record.text,
                dump: record.dump)
        }
    }
}
