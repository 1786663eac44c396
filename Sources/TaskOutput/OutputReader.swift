import Synchronization
import TaskModel

/// Reads the log of an attempt, also while it is written.
///
/// Holds at most some hundred kilobytes in memory. Calls block for as long as a disk takes.
package final class OutputReader: Sendable {
    /// The result of a step.
    package enum Step: Sendable, Equatable {
        /// The next bytes, never empty.
        case bytes([UInt8])
        /// Nothing more has been written yet; only of a reader that follows.
        case wait
        case end
    }

    private struct State {
        var source: RecordSource
        var formatter: OutputFormatter
        /// The places from which records of a stream are returned.
        let starts: PerStream<Int>
        var output: [UInt8] = []
        var returned = 0
        var isFollowing: Bool
        var isFinished = false
    }

    private let selection: OutputSelection
    private let since: [UInt8]?
    private let state: Mutex<State>

    /// Opens a log, which may not exist.
    ///
    /// - Parameters:
    ///   - follow: whether output counts that is written from now on, until ``end()``.
    ///   - holds: whether the program is to wait where its output would be dropped before this reader has it.
    /// - Throws: ``OutputError``.
    package init(
        _ log: OutputLog, _ selection: OutputSelection, follow: Bool = false, holds: Bool = false
    ) throws(OutputError) {
        self.selection = selection
        since = selection.since?.text()
        let files = try log.open(holds: holds).map(LogPart.init)
        let starts =
            if let tail = selection.tail {
                try LineFinder.starts(ofLast: tail, lines: selection, in: files)
            } else {
                PerStream(0)
            }
        var source = RecordSource(log, files: files, isFollowing: follow, holds: holds)
        source.skip(to: min(starts[.standardOutput], starts[.standardError]))
        state = Mutex(
            State(
                source: source, formatter: OutputFormatter(selection.format), starts: starts, isFollowing: follow))
    }

    /// Whether the writer has dropped records before this reader came to them.
    package var hasGap: Bool { state.withLock { $0.source.hasGap } }

    /// Ends following: after what is there now comes the end.
    package func end() throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in
            state.isFollowing = false
            try state.source.stopFollowing()
        }
    }

    /// Returns the next bytes.
    ///
    /// - Throws: ``OutputError``.
    package func next(atMost limit: Int = 64 * 1024) throws(OutputError) -> Step {
        try state.withLock { (state) throws(OutputError) in
            while state.returned == state.output.count {
                if state.isFinished { return .end }
                state.output.removeAll(keepingCapacity: true)
                state.returned = 0
                if try !read(&state) {
                    if state.isFollowing { return .wait }
                    finish(&state)
                }
            }
            let bytes = Array(state.output[state.returned...].prefix(max(1, limit)))
            state.returned += bytes.count
            return .bytes(bytes)
        }
    }

    /// Skips bytes that ``next(atMost:)`` would return.
    ///
    /// - Throws: ``OutputError``.
    package func skip(_ count: Int) throws(OutputError) {
        var rest = count
        while rest > 0, case .bytes(let bytes) = try next(atMost: min(rest, 64 * 1024)) { rest -= bytes.count }
    }

    private func read(_ state: inout State) throws(OutputError) -> Bool {
        var (formatter, output) = (state.formatter, state.output)
        // The state's own are given up for the time, or the records would copy them.
        state.formatter = OutputFormatter(selection.format)
        state.output = []
        defer { (state.formatter, state.output) = (formatter, output) }
        let starts = state.starts
        return try state.source.read { place, record in
            guard let header = RecordHeader(record), isSelected(record, header), place >= starts[header.stream]
            else { return }
            formatter.write(record, header, to: &output)
        }
    }

    private func isSelected(_ record: UnsafeRawBufferPointer, _ header: RecordHeader) -> Bool {
        selection.contains(header.stream) && since.map { RecordHeader.isRecord(record, since: $0) } ?? true
    }

    private func finish(_ state: inout State) {
        state.isFinished = true
        let rest = state.source.removeRest()
        rest.withUnsafeBytes { record in
            guard let header = RecordHeader(record), isSelected(record, header) else { return }
            state.formatter.writeUnfinished(record, header, to: &state.output)
        }
        state.formatter.finish(&state.output)
    }
}
