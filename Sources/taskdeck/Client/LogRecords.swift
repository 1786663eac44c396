import TaskModel

/// The records of a program's log, from its bytes in pieces.
///
/// A record is a line: `2026-11-25T22:36:30.038123456Z stdout F text`, with `P` where the program's line goes on.
struct LogRecords: Sendable {
    struct Record: Equatable {
        /// RFC 3339, in UTC.
        let time: String
        let stream: ProgramStream
        let text: ArraySlice<UInt8>
        /// Whether the line of the program goes on.
        let isPartial: Bool
    }

    private var rest: [UInt8] = []

    /// Returns the records that end in the next bytes.
    mutating func append(_ bytes: [UInt8]) -> [Record] {
        let all = rest + bytes
        var records: [Record] = []
        var start = all.startIndex
        while let end = all[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if let record = Self.record(all[start..<end]) { records.append(record) }
            start = end + 1
        }
        rest = Array(all[start...])
        return records
    }

    private static func record(_ line: ArraySlice<UInt8>) -> Record? {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let stream: ProgramStream = parts[1].elementsEqual("stderr".utf8) ? .standardError : .standardOutput
        return Record(
            time: String(decoding: parts[0], as: UTF8.self), stream: stream, text: parts[3],
            isPartial: parts[2].elementsEqual("P".utf8))
    }
}
