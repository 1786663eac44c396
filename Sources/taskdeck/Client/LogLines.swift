import JSON
import TaskClient
import TaskControl
import TaskModel

/// The lines of a log for programs, from its bytes in pieces.
struct LogLines {
    /// A line, or a part of one.
    struct Line: JSONWritable {
        /// `nil` for the log of built-in work, which has no times.
        let record: LogRecords.Record?
        let text: String

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("partial", record?.isPartial ?? false)
                json.member("stream", record.map { "\($0.stream.name)" })
                json.member("text", text)
                json.member("time", record?.time)
            }
        }
    }

    private let isText: Bool
    private var records = LogRecords()
    private var rest: [UInt8] = []

    init(_ request: LogRequest) {
        isText = request.format != .cri
    }

    /// Returns the lines that end in the next bytes.
    mutating func append(_ bytes: [UInt8]) -> [Line] {
        guard isText else {
            return records.append(bytes).map { Line(record: $0, text: String(decoding: $0.text, as: UTF8.self)) }
        }
        var lines = (rest + bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = lines.popLast().map(Array.init) ?? []
        return lines.map { Line(record: nil, text: String(decoding: $0, as: UTF8.self)) }
    }
}
