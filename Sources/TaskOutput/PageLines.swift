import Glibc
import TaskModel

/// The lines of a page, from the records of a log.
struct PageLines {
    struct Line {
        let stream: ProgramStream
        let text: [StyledText]
        var isContinued = false
        let start: Int
        let end: Int
    }

    /// A line that has not ended.
    private struct OpenLine {
        /// The place of its first record.
        let start: Int
        /// The place of the record with the last carriage return: what is before it no longer counts.
        var restart: Int?
        var end: Int
    }

    /// The bytes of a line after which it goes on in another one.
    private static let pieceLimit = 16 * 1024

    private let stream: ProgramStream?
    /// The places from which, and up to which, records of each stream count.
    let starts: PerStream<Int>
    let ends: PerStream<Int>
    /// The most lines, and the place behind which those that there are are enough.
    var lineLimit = Int.max
    var placeLimit = Int.max

    private(set) var lines: [Line] = []
    private var texts = PerStream(TerminalLine())
    private var open = PerStream<OpenLine?>(nil)
    /// The place behind the last record that was appended.
    private(set) var reached: Int

    init(_ stream: ProgramStream?, starts: PerStream<Int>, ends: PerStream<Int>) {
        self.stream = stream
        self.starts = starts
        self.ends = ends
        reached = min(starts[.standardOutput], starts[.standardError])
    }

    /// Whether no more records are appended.
    var isFull: Bool { lines.count >= lineLimit || !lines.isEmpty && reached >= placeLimit }

    mutating func append(_ record: UnsafeRawBufferPointer, at place: Int) {
        let recordEnd = place + record.count + 1
        // A chunk may reach beyond the page.
        guard !isFull, recordEnd <= max(ends[.standardOutput], ends[.standardError]) else { return }
        reached = recordEnd
        guard let header = RecordHeader(record), stream == nil || stream == header.stream,
            place >= starts[header.stream], reached <= ends[header.stream]
        else { return }
        let line = append(record, header, at: place)
        if header.isPartial, texts[header.stream].byteCount < Self.pieceLimit {
            open[header.stream] = line
        } else {
            lines.append(
                Line(
                    stream: header.stream, text: texts[header.stream].endStyled(), isContinued: header.isPartial,
                    start: line.start, end: reached))
            open[header.stream] = nil
        }
    }

    /// Appends the beginning of a record, which a later page has again.
    mutating func appendUnfinished(_ record: UnsafeRawBufferPointer, at place: Int) {
        guard let header = RecordHeader(record), stream == nil || stream == header.stream,
            place >= starts[header.stream]
        else { return }
        open[header.stream] = append(record, header, at: place)
    }

    private mutating func append(_ record: UnsafeRawBufferPointer, _ header: RecordHeader, at place: Int) -> OpenLine {
        let bytes = UnsafeRawBufferPointer(rebasing: record[RecordHeader.length...])
        var line = open[header.stream] ?? OpenLine(start: place, restart: nil, end: place)
        line.end = place + record.count
        if let start = bytes.baseAddress, memchr(start, CInt(UInt8(ascii: "\r")), bytes.count) != nil {
            line.restart = place
        }
        texts[header.stream].append(bytes)
        return line
    }

    /// What there is of the lines that have not ended.
    var openLines: [Line] {
        ProgramStream.allCases.compactMap { stream in
            guard let line = open[stream] else { return nil }
            return Line(stream: stream, text: texts[stream].styledText, start: start(of: line), end: line.end)
        }
    }

    private func start(of line: OpenLine) -> Int { line.restart ?? line.start }

    /// The places behind the lines of each stream, before those that have not ended.
    var endsReached: PerStream<Int> {
        var places = PerStream(reached)
        for stream in ProgramStream.allCases {
            // A stream may have been read further before.
            places[stream] = open[stream].map(start) ?? max(min(reached, ends[stream]), starts[stream])
        }
        return places
    }
}
