import TaskControl
package import TaskModel

/// Output without files: each task's lines are in memory, one record a line.
package actor FakeTaskOutputs: TaskOutputs {
    private struct Output {
        var lines: [OutputLine] = []
        var openLines: [OutputLine] = []
        /// The number of lines that have been dropped from the beginning.
        var dropped = 0
        var attempt = 1
        var readers = SignaledReaders<Void>()
    }

    private var outputs: [TaskID: Output] = [:]
    /// The requests, in order.
    package private(set) var queries: [OutputQuery] = []

    package init() {}

    /// Appends lines; an open line replaces the one before.
    package func write(
        _ texts: String..., to id: TaskID, _ stream: ProgramStream = .standardOutput, isOpen: Bool = false
    ) {
        var output = outputs[id] ?? Output()
        for text in texts {
            let line = Self.line(text, stream, number: output.dropped + output.lines.count, output.attempt)
            output.openLines.removeAll { $0.stream == stream }
            if isOpen { output.openLines = [line] } else { output.lines.append(line) }
        }
        output.readers.signalAll()
        outputs[id] = output
    }

    /// Drops the oldest lines.
    package func drop(_ count: Int, of id: TaskID) {
        outputs[id]?.lines.removeFirst(count)
        outputs[id]?.dropped += count
    }

    /// Begins another attempt.
    package func retry(_ id: TaskID) {
        guard var output = outputs[id] else { return }
        (output.lines, output.openLines, output.dropped) = ([], [], 0)
        output.attempt += 1
        output.readers.signalAll()
        outputs[id] = output
    }

    /// Ends a task's signals.
    package func end(_ id: TaskID) { outputs[id]?.readers.finish() }

    package func output(of id: TaskID, attempt: Int?, _ query: OutputQuery) -> OutputPage? {
        queries.append(query)
        guard let output = outputs[id], attempt ?? output.attempt == output.attempt else { return nil }
        return Self.page(
            query, of: output.lines, open: output.openLines, dropped: output.dropped, attempt: output.attempt)
    }

    package func outputSignals(of id: TaskID) -> any AsyncSequence<Void, Never> & Sendable {
        outputs[id, default: Output()].readers.add(()).1
    }

    /// A line that is record `number` of an attempt.
    package static func line(
        _ text: String, _ stream: ProgramStream = .standardOutput, number: Int, _ attempt: Int = 1
    ) -> OutputLine {
        var line = TerminalLine()
        Array(text.utf8).withUnsafeBytes { line.append($0) }
        return OutputLine(
            stream, line.endStyled(), start: OutputPlace(file: UInt64(attempt), offset: number),
            end: OutputPlace(file: UInt64(attempt), offset: number + 1))
    }

    /// The page of a query on lines, the first of which is record `dropped`.
    package static func page(
        _ query: OutputQuery, of lines: [OutputLine], open: [OutputLine] = [], dropped: Int = 0, attempt: Int = 1
    ) -> OutputPage {
        func isWanted(_ line: OutputLine) -> Bool { query.stream == nil || query.stream == line.stream }
        func cursor(_ number: Int) -> OutputCursor {
            OutputCursor(OutputPlace(file: UInt64(attempt), offset: dropped + number))
        }
        func isValid(_ cursor: OutputCursor) -> Bool {
            ProgramStream.allCases.allSatisfy {
                cursor[$0].file == UInt64(attempt) && cursor[$0].offset >= dropped
            }
        }
        func number(_ cursor: OutputCursor, _ line: Int) -> Int { cursor[lines[line].stream].offset - dropped }
        let wanted = lines.indices.filter { isWanted(lines[$0]) }
        var chosen = wanted.suffix(query.limit)
        var isContinuation = true
        switch query.part {
        case .last: break
        case .first: chosen = wanted.prefix(query.limit)
        case .before(let cursor):
            isContinuation = isValid(cursor)
            if isContinuation { chosen = wanted.filter { $0 < number(cursor, $0) }.suffix(query.limit) }
        case .after(let cursor):
            isContinuation = isValid(cursor)
            if isContinuation { chosen = wanted.filter { $0 >= number(cursor, $0) }.prefix(query.limit) }
        }
        var start = cursor(chosen.first ?? lines.count)
        var end = cursor((chosen.last ?? lines.count - 1) + 1)
        switch query.part {
        case .before(let cursor) where isContinuation:
            if chosen.isEmpty { start = cursor }
            end = cursor
        case .after(let cursor) where isContinuation:
            start = cursor
            // A stream may have been read further before.
            for stream in ProgramStream.allCases where cursor[stream].offset > end[stream].offset {
                end[stream] = cursor[stream]
            }
        case .first, .last, .before, .after: break
        }
        let hasLater = wanted.contains { $0 >= number(end, $0) }
        return OutputPage(
            attempt: attempt, lines: chosen.map { lines[$0] }, openLines: hasLater ? [] : open.filter(isWanted),
            start: start, end: end, isContinuation: isContinuation,
            hasEarlier: wanted.contains { $0 < number(start, $0) }, hasLater: hasLater)
    }
}
