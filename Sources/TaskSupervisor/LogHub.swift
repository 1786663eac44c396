import CLinux
import DequeModule
package import Logging
import NIOConcurrencyHelpers
import NIOPosix
package import SystemPackage
package import TaskModel

/// Where all log records come together and go out from: to standard error, a file and readers such
/// as the dashboard.
///
/// Whoever logs never waits. Writing is done by a thread of the hub's own, for which only so many
/// lines wait; when the other end of a pipe stalls, lines are lost, and counted, but nothing else
/// stops.
package final class LogHub: Sendable {
    /// Records kept for readers.
    private static let recordCapacity = 5000
    /// Lines kept for the writing thread: a status dump is a burst of as many lines as there are tasks.
    private static let lineCapacity = 20_000

    private struct Reader {
        let signal: AsyncStream<Void>.Continuation
        /// The number of the record to be read next.
        var next: Int
    }

    private struct State {
        var records: Deque<LogRecord> = []
        var count = 0
        var readers: [Int: Reader] = [:]

        var standardError: FileDescriptor?
        var file: FileDescriptor?
        var unwritten: Deque<LogRecord> = []
        var lostLines = 0
        var isWriting = false
        var flushWaiters: [CheckedContinuation<Void, Never>] = []

        mutating func takeFlushWaiters() -> [CheckedContinuation<Void, Never>] {
            defer { flushWaiters = [] }
            return flushWaiters
        }
    }

    private let state: NIOLockedValueBox<State>
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let clock = ServiceClock()

    /// Opens what is to be written to.
    ///
    /// - Parameters:
    ///   - standardError: written to and never closed; `nil` for a log without it.
    ///   - file: appended to; made if it is not there.
    /// - Throws: `Errno` when the file cannot be opened.
    package init(standardError: FileDescriptor?, file: FilePath?) throws {
        var initial = State()
        initial.standardError = standardError
        initial.file = try file.map { file in
            try FileDescriptor.open(
                file, .writeOnly, options: [.append, .create, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
        }
        state = NIOLockedValueBox(initial)
        thread.start()
        // Whoever waits for an answer waits for less than whoever reads the log.
        thread.submit { _ in linux_interrupt_nobody() }
    }

    /// A logger that writes here.
    package func logger(label: String, level: Logger.Level) -> Logger {
        Logger(label: label) { _ in HubLogHandler(hub: self, logLevel: level) }
    }

    /// Takes a record.
    ///
    /// - Parameter text: made safe to show here.
    package func log(_ level: LogLevel, _ text: String) {
        let time = clock.now.wall
        let text = PlainText.visible(text)
        let mustStartWriting = state.withLockedValue { state in
            let record = LogRecord(number: state.count, time: time, level: level, text: text)
            state.count += 1
            if state.records.count == Self.recordCapacity { state.records.removeFirst() }
            state.records.append(record)
            for number in state.readers.keys {
                if case .terminated = state.readers[number]?.signal.yield() { state.readers[number] = nil }
            }
            guard state.standardError != nil || state.file != nil else { return false }
            if state.unwritten.count == Self.lineCapacity {
                state.unwritten.removeFirst()
                state.lostLines += 1
            }
            state.unwritten.append(record)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if mustStartWriting { thread.submit { _ in self.writeAll() } }
    }

    /// The records kept so far and all that follow, in batches; a slow reader misses the oldest.
    package func records() -> any AsyncSequence<[LogRecord], Never> & Sendable {
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLockedValue { state in
            let number = (state.readers.keys.max() ?? 0) + 1
            state.readers[number] = Reader(signal: signal, next: 0)
            return number
        }
        signal.yield()
        return signals.map { self.takeRecords(of: number) }
    }

    private func takeRecords(of reader: Int) -> [LogRecord] {
        state.withLockedValue { state in
            guard let next = state.readers[reader]?.next else { return [] }
            state.readers[reader]?.next = state.count
            return Array(state.records.suffix(min(state.count - next, state.records.count)))
        }
    }

    /// Ends all readers and returns when everything is written, or when `limit` has passed and the
    /// other end of a pipe still does not read.
    package func close(within limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.flush() }
            group.addTask {
                try? await Task.sleep(for: limit)
                self.state.withLockedValue { $0.takeFlushWaiters() }.forEach { $0.resume() }
            }
            await group.next()
            group.cancelAll()
        }
        state.withLockedValue { state in
            for reader in state.readers.values { reader.signal.finish() }
            state.readers = [:]
        }
    }

    private func flush() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLockedValue { state in
                if state.isWriting { state.flushWaiters.append(continuation) }
                return !state.isWriting
            }
            if isDone { continuation.resume() }
        }
    }
}

// MARK: - The writing thread

extension LogHub {
    private func writeAll() {
        while let (records, lostLines, standardError, file) = takeUnwritten() {
            var text = ""
            if lostLines > 0 { text += "taskdeck: \(lostLines) log lines were lost: nobody read them\n" }
            for record in records { text += record.line + "\n" }
            let bytes = Array(text.utf8)
            // Without standard error there is nobody to tell that it is gone.
            _ = try? standardError?.writeAll(bytes)
            do {
                _ = try file?.writeAll(bytes)
            } catch {
                dropFile(error, standardError)
            }
        }
    }

    /// What waits to be written, and where to; `nil`, with everybody told, when nothing does.
    private func takeUnwritten() -> (Deque<LogRecord>, lostLines: Int, FileDescriptor?, file: FileDescriptor?)? {
        var waiters: [CheckedContinuation<Void, Never>] = []
        let taken = state.withLockedValue { state -> (Deque<LogRecord>, Int, FileDescriptor?, FileDescriptor?)? in
            guard !state.unwritten.isEmpty else {
                state.isWriting = false
                waiters = state.takeFlushWaiters()
                return nil
            }
            defer {
                state.unwritten = []
                state.lostLines = 0
            }
            return (state.unwritten, state.lostLines, state.standardError, state.file)
        }
        for waiter in waiters { waiter.resume() }
        return taken
    }

    /// A file that fails is said so once, and left alone from then on.
    private func dropFile(_ error: any Error, _ standardError: FileDescriptor?) {
        let file = state.withLockedValue { state in
            defer { state.file = nil }
            return state.file
        }
        try? file?.close()
        log(.error, "the log file cannot be written any more: \(error)")
    }
}

/// Hands each record of swift-log to the hub: message, then metadata.
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
        // Both name their levels alike.
        hub.log(LogLevel(rawValue: event.level.rawValue) ?? .info, event.message.description + fields(event.metadata))
    }

    private func fields(_ ofEvent: Logger.Metadata?) -> String {
        let all = metadata.merging(ofEvent ?? [:]) { _, new in new }
        // Nearly always; the rest would cost more than the message.
        guard !all.isEmpty else { return "" }
        return all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    }
}
