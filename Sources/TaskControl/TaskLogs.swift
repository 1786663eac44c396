package import TaskModel

/// What the attempts of tasks have written, as text.
package protocol TaskLogs: Sendable {
    /// Opens the log of an attempt.
    ///
    /// - Throws: ``TaskError/notFound(_:)``, ``TaskError/storageUnavailable(reason:)``.
    func log(of id: TaskID, _ query: LogQuery, for access: Access) async throws(TaskError) -> LogLookup
}

/// The outcome of a search for a log.
package enum LogLookup: Sendable {
    case found(any TaskLog)
    /// The task has no attempt with this number.
    case noSuchAttempt(Int)
    /// The log is that of a program, and access is limited.
    case needsFullAccess
}

/// The part of a log to return, and its form.
package struct LogQuery: Sendable, Hashable {
    /// The form of a log.
    package enum Format: String, Sendable, CaseIterable {
        /// Lines as a terminal would show them at last, without control characters.
        case text
        /// The bytes as they were written.
        case raw
        /// The records of the log, with their times and streams.
        case cri
    }

    /// Counted from 1; `nil` for the latest that has begun.
    package var attempt: Int?
    package var format = Format.text
    /// The only stream; `nil` for both.
    package var stream: ProgramStream?
    /// The number of lines from the end; `nil` for all.
    package var tail: Int?
    /// The time of the first lines; `nil` for all.
    package var since: Timestamp?
    /// Whether to include what is written from now on, until the attempt has ended.
    package var follows = false
    /// Whether the program is to wait where its output would be dropped before the reader has it; only with ``follows``.
    package var holds = false

    package init() {}
}

/// The log of one attempt, from the beginning of a query's part on; for one reader.
package protocol TaskLog: AnyObject, Sendable {
    /// Whether its lines have times.
    var hasTimes: Bool { get }
    /// Whether the beginning has been dropped.
    var isTruncated: Bool { get }
    /// A text that differs whenever the bytes do; `nil` while more may be written.
    var tag: String? { get }

    /// The number of bytes in all, those that have been returned included; reads them.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func size() async throws(TaskError) -> Int

    /// Skips bytes that ``next()`` would return.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func skip(_ count: Int) async throws(TaskError)

    /// Returns the next bytes, never empty, and waits for them if the query follows; `nil` at the end.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func next() async throws(TaskError) -> [UInt8]?

    /// Ends following: after what has been written by now comes the end.
    func stopFollowing()
}
