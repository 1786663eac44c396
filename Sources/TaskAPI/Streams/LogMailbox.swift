import NIOConcurrencyHelpers
import TaskControl

/// The records of the log that a client has not received.
///
/// Bounded: a slow client misses the oldest, which it sees by their numbers.
final class LogMailbox: Sendable {
    private static let capacity = 5000

    private let records = NIOLockedValueBox<[LogRecord]>([])

    func append(_ new: [LogRecord]) {
        records.withLockedValue { records in
            records += new
            if records.count > Self.capacity { records.removeFirst(records.count - Self.capacity) }
        }
    }

    /// Removes all records and returns them.
    func removeAll() -> [LogRecord] {
        records.withLockedValue { records in
            defer { records = [] }
            return records
        }
    }
}
