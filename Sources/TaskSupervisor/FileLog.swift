import NIOConcurrencyHelpers
import TaskControl
import TaskModel
import TaskOutput

/// The log of a program.
final class FileLog: TaskLog {
    /// The attempt that a reader follows.
    struct Following: Sendable {
        let task: TaskID
        let attempt: Int
        /// Whenever the log has grown, or the task has changed.
        let signals: AsyncStream<Void>
        let signal: AsyncStream<Void>.Continuation
    }

    let hasTimes = true
    let tag: String?
    private let file: OutputLog
    private let reader: OutputReader
    private let selection: OutputSelection
    private let following: Following?
    private let source: TaskLogFiles
    private let wasTruncated: Bool
    private let isStopped = NIOLockedValueBox(false)

    /// - Parameter isTruncated: whether the beginning has been dropped by now.
    init(
        _ file: OutputLog, _ reader: OutputReader, _ selection: OutputSelection, isTruncated: Bool, tag: String?,
        following: Following?, source: TaskLogFiles
    ) {
        self.file = file
        self.reader = reader
        self.selection = selection
        wasTruncated = isTruncated
        self.tag = tag
        self.following = following
        self.source = source
    }

    var isTruncated: Bool { wasTruncated || reader.hasGap }

    func size() async throws(TaskError) -> Int {
        let all = try await source.read { [file, selection] () throws(OutputError) in
            try OutputReader(file, selection)
        }
        var size = 0
        // In steps, between which others can read.
        while case .bytes(let bytes) = try await source.read({ () throws(OutputError) in try all.next() }) {
            size += bytes.count
        }
        return size
    }

    func skip(_ count: Int) async throws(TaskError) {
        var rest = count
        while rest > 0 {
            let part = min(rest, 64 << 10)
            try await source.read { [reader] () throws(OutputError) in try reader.skip(part) }
            rest -= part
        }
    }

    func next() async throws(TaskError) -> [UInt8]? {
        while true {
            // Before the reading: nothing is written after the end.
            let isAtEnd = hasEnded
            switch try await source.read({ [reader] () throws(OutputError) in try reader.next() }) {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .wait:
                let isContinued = isAtEnd ? false : await isToBeContinued()
                if !isContinued { try await source.read { [reader] () throws(OutputError) in try reader.end() } }
            }
        }
    }

    func stopFollowing() {
        isStopped.withLockedValue { $0 = true }
        following?.signal.yield()
    }

    private var hasEnded: Bool {
        guard let following, !isStopped.withLockedValue(\.self) else { return true }
        return source.hasEnded(following.task, attempt: following.attempt)
    }

    /// Waits until there may be more; false at the end of the service.
    private func isToBeContinued() async -> Bool {
        guard let following else { return false }
        // A signal since the last reading is still there.
        var signals = following.signals.makeAsyncIterator()
        return await signals.next() != nil
    }
}
