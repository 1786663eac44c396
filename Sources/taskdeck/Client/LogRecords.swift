import TaskModel

/// The records of a program's log, from its bytes in pieces.
///
/// A record is a line: `2026-11-25T22:36:30.038123456Z stdout F text`, with `P` where the program's line goes on.
struct LogRecords: Sendable {
    struct Record: Equatable {
        let stream: ProgramStream
        /// Whether the line of the program goes on.
        let isPartial: Bool
        private let line: ArraySlice<UInt8>
        private let timeEnd: Int
        private let textStart: Int

        /// - Returns: `nil` for a line of another form.
        fileprivate init?(_ line: ArraySlice<UInt8>) {
            // Not split, which would make arrays for each of some million lines.
            let space = UInt8(ascii: " ")
            guard let timeEnd = line.firstIndex(of: space),
                let streamEnd = line[(timeEnd + 1)...].firstIndex(of: space),
                let tagEnd = line[(streamEnd + 1)...].firstIndex(of: space)
            else { return nil }
            stream = line[timeEnd..<streamEnd].elementsEqual(" stderr".utf8) ? .standardError : .standardOutput
            isPartial = line[streamEnd..<tagEnd].elementsEqual(" P".utf8)
            (self.line, self.timeEnd, textStart) = (line, timeEnd, tagEnd + 1)
        }

        /// RFC 3339, in UTC.
        var time: String { String(decoding: line[..<timeEnd], as: UTF8.self) }

        var text: ArraySlice<UInt8> { line[textStart...] }
    }

    private var rest: [UInt8] = []

    /// Returns the records that end in the next bytes.
    mutating func append(_ bytes: [UInt8]) -> [Record] {
        let all = rest.isEmpty ? bytes : rest + bytes
        var records: [Record] = []
        var start = all.startIndex
        while let end = all[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if let record = Record(all[start..<end]) { records.append(record) }
            start = end + 1
        }
        rest = Array(all[start...])
        return records
    }
}
