import TaskModel
import TaskOutput
import TestSupport
import Testing

@Suite("Random output, written and read back")
struct RandomTests {
    /// A record as the test itself reads it.
    private struct Record {
        let stream: ProgramStream
        let isPartial: Bool
        let bytes: ArraySlice<UInt8>

        static func parse(_ log: [UInt8]) -> [Record] {
            log.split(separator: 10, omittingEmptySubsequences: false).dropLast().map { line in
                let fields = line.split(separator: 32, maxSplits: 3, omittingEmptySubsequences: false)
                return Record(
                    stream: fields[1].elementsEqual("stdout".utf8) ? .standardOutput : .standardError,
                    isPartial: fields[2].elementsEqual("P".utf8), bytes: fields[3])
            }
        }
    }

    private static func chunks(_ random: inout SeededGenerator) -> [(ProgramStream, [UInt8])] {
        let lengths = [3, 30, 300, 3000, 20_000]
        return (0..<Int.random(in: 0..<60, using: &random)).map { _ in
            let length = Int.random(in: 1...(lengths.randomElement(using: &random) ?? 3), using: &random)
            let feeds = Int.random(in: 1...200, using: &random)
            let bytes = (0..<length).map { _ in
                Int.random(in: 0..<feeds, using: &random) == 0 ? 10 : UInt8.random(in: 0...255, using: &random)
            }
            return (Bool.random(using: &random) ? .standardOutput : .standardError, bytes)
        }
    }

    @Test("every format, stream and tail is what the records say", arguments: 0..<20)
    func roundTrip(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let fixture = LogFixture()
        let chunks = Self.chunks(&random)
        let isSmall = Bool.random(using: &random)
        let counts = fixture.write(chunks, limit: isSmall ? OutputWriter.minimumLimit : 16 << 20)
        let cri = try fixture.read(OutputSelection(.cri), atMost: Int.random(in: 1...5000, using: &random))
        let records = Record.parse(cri)
        #expect(counts.bytes == chunks.reduce(0) { $0 + $1.1.count } && counts.lost == 0, "seed \(seed)")
        for stream in ProgramStream.allCases {
            let written = chunks.filter { $0.0 == stream }.flatMap(\.1)
            let read = try fixture.read(OutputSelection(.raw, stream: stream))
            if counts.truncated {
                #expect(written.reversed().starts(with: read.reversed()), "seed \(seed)")
            } else {
                #expect(written == read, "seed \(seed)")
            }
            let text = try fixture.read(OutputSelection(.text, stream: stream))
            if Self.isShort(read) { #expect(text == Self.text(of: read), "seed \(seed)") }
        }
        for _ in 0..<10 {
            let tail = Int.random(in: 0..<30, using: &random)
            let stream = [nil, ProgramStream.standardOutput, .standardError].randomElement(using: &random) ?? nil
            let kept = Self.tail(tail, of: records.filter { stream == nil || $0.stream == stream })
            let raw: [UInt8] = kept.reduce(into: []) { $0 += $1.isPartial ? Array($1.bytes) : $1.bytes + [10] }
            #expect(
                try fixture.read(OutputSelection(.raw, stream: stream, tail: tail)) == raw, "seed \(seed) tail \(tail)")
            // A part of the text is the text of a part, as long as lines have no styles.
            let text = try fixture.text(OutputSelection(.text, stream: stream, tail: tail))
            #expect(
                !text.unicodeScalars.contains { $0 != "\n" && $0 != "\t" && PlainText.isControl($0) }, "seed \(seed)")
        }
    }

    /// Whether no line is so long that its beginning is not kept.
    private static func isShort(_ bytes: [UInt8]) -> Bool {
        bytes.split(separator: 10).allSatisfy { $0.count < 60_000 }
    }

    private static func text(of bytes: [UInt8]) -> [UInt8] {
        var line = TerminalLine()
        return bytes.split(separator: 10, omittingEmptySubsequences: false)
            .map { bytes in
                bytes.withUnsafeBytes { line.append($0) }
                return line.end()
            }
            .joined(separator: "\n").utf8.map { $0 }
    }

    /// The records of the last lines: a line ends with a full record, or is the last one of its stream.
    private static func tail(_ count: Int, of records: [Record]) -> [Record] {
        var lines: [ProgramStream: Int] = [:]
        var line = 0
        var numbers: [Int] = []
        // From the end, a number for each line; those of a stream that has not ended one come first.
        for record in records.reversed() {
            if !record.isPartial || lines[record.stream] == nil {
                line += 1
                lines[record.stream] = line
            }
            numbers.append(lines[record.stream] ?? 0)
        }
        return zip(records, numbers.reversed()).filter { $0.1 <= count }.map(\.0)
    }
}
