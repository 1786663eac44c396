import TaskModel

/// Writes records as a reader returns them.
struct OutputFormatter {
    private static let lineFeed = UInt8(ascii: "\n")
    /// The bytes of a line that are kept until it ends; more are written without that.
    private static let lineLimit = 64 * 1024

    private let format: OutputFormat
    private var lines = PerStream(TerminalLine())

    init(_ format: OutputFormat) {
        self.format = format
    }

    mutating func write(_ record: UnsafeRawBufferPointer, _ header: RecordHeader, to output: inout [UInt8]) {
        let bytes = UnsafeRawBufferPointer(rebasing: record[RecordHeader.length...])
        switch format {
        case .cri:
            output.append(contentsOf: record)
            output.append(Self.lineFeed)
        case .raw:
            output.append(contentsOf: bytes)
            if !header.isPartial { output.append(Self.lineFeed) }
        case .text:
            lines[header.stream].append(bytes)
            if !header.isPartial {
                output.append(contentsOf: lines[header.stream].end().utf8)
                output.append(Self.lineFeed)
            } else if lines[header.stream].byteCount > Self.lineLimit {
                output.append(contentsOf: lines[header.stream].removeText().utf8)
            }
        }
    }

    /// Writes a record whose end is missing.
    mutating func writeUnfinished(_ record: UnsafeRawBufferPointer, _ header: RecordHeader, to output: inout [UInt8]) {
        // The end of the log is that of the record: to readers of the format a line without a line feed is none.
        guard format != .cri else { return }
        let partial = RecordHeader(stream: header.stream, isPartial: true)
        write(record, partial, to: &output)
    }

    /// Writes what there is of lines that have not ended.
    mutating func finish(_ output: inout [UInt8]) {
        guard format == .text else { return }
        var isSecond = false
        for stream in ProgramStream.allCases {
            let text = lines[stream].end()
            if text.isEmpty { continue }
            if isSecond { output.append(Self.lineFeed) }
            output.append(contentsOf: text.utf8)
            isSecond = true
        }
    }
}
