import DequeModule
import Dispatch
package import Logging
import NIOConcurrencyHelpers
package import SystemPackage
package import TaskControl
import TaskModel

/// The log: distributes all records to standard error, a file, and readers such as the dashboard.
///
/// Logging never waits. Each output has a thread that writes it, and a bounded queue: when the other end of a pipe stalls,
/// its oldest lines are lost, and counted; nothing else is delayed. Lines for a file that cannot be written are written
/// again as soon as it can be.
package final class LogHub: LogSource {
    /// The number of records that are kept for readers.
    private static let recordCapacity = 5000

    private struct State {
        var records: Deque<LogRecord> = []
        var count = 0
        /// Each with the number of the record that it reads next.
        var readers = SignaledReaders<Int>()
        /// Whether readers end after the records that are kept.
        var isClosed = false
    }

    private let state = NIOLockedValueBox(State())
    private let standardError: LogWriter?
    private let file: LogWriter?
    private let clock = ServiceClock()

    private var writers: [LogWriter] { [standardError, file].compactMap(\.self) }

    /// Opens the outputs.
    ///
    /// - Parameters:
    ///   - standardError: written to and never closed; `nil` for a log without it.
    ///   - file: appended to; created if it does not exist. Opening never blocks: a pipe needs a reader.
    /// - Throws: `Errno` when the file cannot be opened.
    package init(standardError: FileDescriptor?, file: FilePath?) throws {
        self.file = try file.map { try LogWriter(file: $0) }
        self.standardError = standardError.map { LogWriter(standardError: $0) }
    }

    /// A logger that writes here.
    package func logger(label: String, level: Logger.Level) -> Logger {
        Logger(label: label) { _ in HubLogHandler(hub: self, logLevel: level) }
    }

    /// Logs a record.
    ///
    /// - Parameters:
    ///   - text: may contain control characters, which are written out.
    ///   - dump: its part in a dump of all tasks; `nil` for an event.
    package func log(_ level: LogLevel, _ text: String, dump: LogRecord.DumpPart? = nil) {
        let time = clock.now.wall
        let text = PlainText.visible(text)
        // Within the lock, so that outputs get records in the order of their numbers.
        let stopped = state.withLockedValue { state in
            let record = LogRecord(number: state.count, time: time, level: level, text: text, dump: dump)
            state.count += 1
            if state.records.count == Self.recordCapacity { state.records.removeFirst() }
            state.records.append(record)
            if !state.isClosed { state.readers.signalAll() }
            return writers.filter { $0.append(record) }
        }
        for writer in stopped { writer.start(for: self) }
    }

    package func records() -> any AsyncSequence<[LogRecord], Never> & Sendable {
        let (reader, signals) = state.withLockedValue { state in
            let (reader, signals) = state.readers.add(0) { [weak self] reader in
                self?.state.withLockedValue { $0.readers.remove(reader) }
            }
            if state.isClosed { state.readers.finish() }
            return (reader, signals)
        }
        return signals.map { self.nextRecords(for: reader) }
    }

    /// The number of those that read ``records()``.
    var readerCount: Int { state.withLockedValue { $0.readers.readerCount } }

    private func nextRecords(for reader: SignaledReaders<Int>.ID) -> [LogRecord] {
        state.withLockedValue { state in
            let (records, count) = (state.records, state.count)
            return state.readers.update(reader) { next in
                defer { next = count }
                return (Array(records.suffix(min(count - next, records.count))), isDue: false)
            } ?? []
        }
    }

    /// Opens the log file again by its path, after it has been renamed.
    ///
    /// Returns at once; the old file stays in use if that fails.
    package func reopenFile() {
        guard let file else { return log(.notice, "there is no log file to reopen") }
        file.reopenBeforeNextLine()
        // The record also wakes the writing thread.
        log(.notice, "reopening the log file")
    }

    /// Waits until all lines are written, or `limit` has passed, and ends all readers after the last record.
    ///
    /// Writes that fail are repeated until then. The number of lines that the file lacks is written to standard error,
    /// unless that has stalled.
    ///
    /// - Returns: The number of lines that the file lacks, as a sentence; `nil` if none.
    @discardableResult
    package func close(within limit: Duration) async -> String? {
        await wait(for: writers, within: limit)
        let loss = appendLoss()
        if loss != nil, let standardError { await wait(for: [standardError], within: Self.lossLimit) }
        for writer in writers { writer.stopRetrying() }
        state.withLockedValue { state in
            state.isClosed = true
            state.readers.finish()
        }
        return loss
    }

    private func wait(for writers: [LogWriter], within limit: Duration) async {
        guard !writers.isEmpty else { return }
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        for writer in writers { writer.whenWritten { end.yield() } }
        let count = writers.count
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var left = count
                for await _ in ends {
                    left -= 1
                    if left == 0 { return }
                }
            }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Blocks until all lines are written, or `limit` has passed, for an end of the process that cannot suspend.
    ///
    /// The number of lines that the file lacks is written to standard error, as by ``close(within:)``.
    package func flush(within limit: Duration) {
        block(for: writers, within: limit)
        if appendLoss() != nil, let standardError { block(for: [standardError], within: Self.lossLimit) }
    }

    private func block(for writers: [LogWriter], within limit: Duration) {
        let deadline = DispatchTime.now() + .milliseconds(limit.wholeMilliseconds)
        let written = DispatchSemaphore(value: 0)
        for writer in writers { writer.whenWritten { written.signal() } }
        for _ in writers { _ = written.wait(timeout: deadline) }
    }

    /// Appends the number of lines that the file lacks to standard error, unless that has stalled.
    private func appendLoss() -> String? {
        guard let count = file?.missingLines, count > 0 else { return nil }
        let loss = "\(count) log line\(count == 1 ? "" : "s") could not be written to the log file"
        let record = state.withLockedValue {
            LogRecord(number: $0.count, time: clock.now.wall, level: .error, text: loss)
        }
        if let standardError, standardError.isIdle, standardError.append(record) { standardError.start(for: self) }
        return loss
    }

    /// The time beyond the limit for the number of lines that the file lacks.
    private static var lossLimit: Duration { .milliseconds(100) }
}

/// The handler of swift-log that sends each record to the hub: message, then metadata.
struct HubLogHandler: LogHandler {
    let hub: LogHub
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(hub: LogHub, logLevel: Logger.Level) {
        self.hub = hub
        self.logLevel = logLevel
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var metadata = event.metadata
        let dump = Self.removeDumpPart(from: &metadata)
        // Both types have the same names of levels.
        hub.log(
            LogLevel(rawValue: event.level.rawValue) ?? .info, event.message.description + fields(metadata), dump: dump)
    }

    /// The metadata key of a line's ``LogRecord/DumpPart`` in a dump of all tasks; not written to outputs.
    static let dumpKey = "dump"

    private static func removeDumpPart(from metadata: inout Logger.Metadata?) -> LogRecord.DumpPart? {
        guard case .stringConvertible(let value)? = metadata?[dumpKey], let part = value as? LogRecord.DumpPart else {
            return nil
        }
        metadata?[dumpKey] = nil
        return part
    }

    private func fields(_ ofEvent: Logger.Metadata?) -> String {
        let all = metadata.merging(ofEvent ?? [:]) { _, new in new }
        // Most records have no metadata, and sorting it costs more than the message.
        guard !all.isEmpty else { return "" }
        return all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    }
}
