import CLinux
import DequeModule
import Dispatch
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
/// stops. A file that cannot be written for a while is written again as soon as it can be.
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

        var unwritten: Deque<LogRecord> = []
        var lostLines = 0
        var isWriting = false
        /// Whether the file is to be opened anew before the next line.
        var mustReopen = false
        /// Whether readers have been ended.
        var isClosed = false
        var flushWaiters: [FlushWaiter] = []

        mutating func dequeueFlushWaiters() -> [FlushWaiter] {
            defer { flushWaiters = [] }
            return flushWaiters
        }
    }

    /// A closure by itself would come out of a box, whose code is generic, wrapped once more every time.
    private struct FlushWaiter: Sendable {
        let resume: @Sendable () -> Void
    }

    private struct Outputs {
        var standardError: LogOutput?
        var file: LogOutput?
    }

    private let state = NIOLockedValueBox(State())
    /// Locked by the writing thread as long as it writes.
    private let outputs: NIOLockedValueBox<Outputs>
    private let path: FilePath?
    private let writes: Bool
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let clock = ServiceClock()

    /// Opens what is to be written to.
    ///
    /// - Parameters:
    ///   - standardError: written to and never closed; `nil` for a log without it.
    ///   - file: appended to; made if it is not there. Never waited for: a pipe needs a reader from the beginning.
    /// - Throws: `Errno` when the file cannot be opened.
    package init(standardError: FileDescriptor?, file: FilePath?) throws {
        path = file
        writes = standardError != nil || file != nil
        outputs = NIOLockedValueBox(
            Outputs(
                standardError: standardError.map { LogOutput($0, isBlocking: true) },
                file: try file.map { LogOutput(try Self.open($0), isBlocking: false) }))
        thread.start()
        // Whoever waits for an answer waits for less than whoever reads the log.
        thread.submit { _ in linux_interrupt_nobody() }
    }

    private static func open(_ path: FilePath) throws -> FileDescriptor {
        try FileDescriptor.open(
            path, .writeOnly, options: [.append, .create, .closeOnExec, .nonBlocking],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
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
            if !state.isClosed {
                for number in state.readers.keys {
                    if case .terminated = state.readers[number]?.signal.yield() { state.readers[number] = nil }
                }
            }
            guard writes else { return false }
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
            signal.yield()
            if state.isClosed { signal.finish() }
            return number
        }
        return signals.map { self.takeRecords(of: number) }
    }

    private func takeRecords(of reader: Int) -> [LogRecord] {
        state.withLockedValue { state in
            guard let next = state.readers[reader]?.next else { return [] }
            state.readers[reader]?.next = state.count
            return Array(state.records.suffix(min(state.count - next, state.records.count)))
        }
    }

    /// Opens the file of the same name anew, for one that has been renamed.
    ///
    /// Returns at once; where that fails the old file is kept.
    package func reopenFile() {
        guard path != nil else { return log(.notice, "there is no log file to open anew") }
        state.withLockedValue { $0.mustReopen = true }
        // Also what makes the writing thread look.
        log(.notice, "opening the log file anew")
    }

    /// Returns when everything is written, or when `limit` has passed and the other end of a pipe still does not read;
    /// readers end when they have read all records.
    package func close(within limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await withCheckedContinuation { continuation in self.whenWritten { continuation.resume() } }
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                self.state.withLockedValue { $0.dequeueFlushWaiters() }.forEach { $0.resume() }
            }
            await group.next()
            group.cancelAll()
        }
        state.withLockedValue { state in
            state.isClosed = true
            for reader in state.readers.values { reader.signal.finish() }
        }
    }

    /// Blocks until everything is written, or `limit` has passed.
    package func flush(within limit: Duration) {
        let written = DispatchSemaphore(value: 0)
        whenWritten { written.signal() }
        _ = written.wait(timeout: .now() + .milliseconds(limit.wholeMilliseconds))
    }

    private func whenWritten(_ resume: @escaping @Sendable () -> Void) {
        let isDone = state.withLockedValue { state in
            if state.isWriting { state.flushWaiters.append(FlushWaiter(resume: resume)) }
            return !state.isWriting
        }
        if isDone { resume() }
    }
}

// MARK: - The writing thread

extension LogHub {
    private func writeAll() {
        outputs.withLockedValue { outputs in
            while let (records, lostLines, mustReopen) = dequeueUnwritten() {
                if mustReopen { reopen(&outputs) }
                var lines = records.map { $0.line + "\n" }
                if lostLines > 0 {
                    lines.insert("taskdeck: \(lostLines) log lines were lost: nobody read them\n", at: 0)
                }
                // Without standard error there is nowhere to say that it is gone.
                _ = outputs.standardError?.write(lines)
                switch outputs.file?.write(lines) {
                case .failed(let error):
                    log(.error, "the log file cannot be written: \(error); lines wait until it can be")
                case .recovered(let lostLines):
                    log(.notice, "the log file is written again; \(lostLines) lines were lost")
                case nil: break
                }
            }
        }
    }

    /// What waits to be written; `nil` when nothing does.
    private func dequeueUnwritten() -> (Deque<LogRecord>, lostLines: Int, mustReopen: Bool)? {
        var waiters: [FlushWaiter] = []
        let unwritten = state.withLockedValue { state -> (Deque<LogRecord>, Int, Bool)? in
            guard !state.unwritten.isEmpty else {
                state.isWriting = false
                waiters = state.dequeueFlushWaiters()
                return nil
            }
            defer {
                state.unwritten = []
                state.lostLines = 0
                state.mustReopen = false
            }
            return (state.unwritten, state.lostLines, state.mustReopen)
        }
        for waiter in waiters { waiter.resume() }
        return unwritten
    }

    private func reopen(_ outputs: inout Outputs) {
        guard let path else { return }
        do {
            let file = try Self.open(path)
            try? outputs.file?.replace(with: file).close()
        } catch {
            log(.error, "the log file '\(path)' cannot be opened anew: \(error); the old one is kept")
        }
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
