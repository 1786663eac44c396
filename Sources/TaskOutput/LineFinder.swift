import Glibc
import TaskModel

/// Finds lines from the end of a log, without reading what is before them.
struct LineFinder {
    /// How far before the lines asked for the beginning of the first one is looked for, in bytes.
    private static let reach = 1024 * 1024

    /// The places in the log from which the records of each stream are those of its last lines.
    ///
    /// Lines count by their ends. While one stream is in the middle of a line the other one may end lines, so the
    /// streams need not start at the same place.
    ///
    /// - Parameters:
    ///   - ends: The places up to which records of each stream count; `nil` for all.
    ///   - limit: The number of bytes after which fewer lines are enough, but not none.
    static func starts(
        ofLast count: Int, lines selection: OutputSelection, in files: [LogPart], before ends: PerStream<Int>? = nil,
        atMost limit: Int? = nil
    ) throws(OutputError) -> PerStream<Int> {
        var records = BackwardRecords(
            files, end: ends.map { max($0[.standardOutput], $0[.standardError]) })
        var starts = PerStream<Int?>(nil)
        for stream in ProgramStream.allCases where !selection.contains(stream) || count <= 0 {
            starts[stream] = records.end
        }
        var seen = PerStream(false)
        var lines = 0
        /// The place at which the first line is complete that is not asked for.
        var cut: Int?
        while ProgramStream.allCases.contains(where: { starts[$0] == nil }), let record = try records.next() {
            let distance = records.end - record.end
            if let limit, lines > 0, distance > 2 * limit {
                // A line without end.
                for stream in ProgramStream.allCases where starts[stream] == nil { starts[stream] = record.end }
                break
            }
            guard let header = record.header, starts[header.stream] == nil,
                ends.map({ record.end <= $0[header.stream] }) ?? true
            else { continue }
            if let cut {
                if !header.isPartial {
                    starts[header.stream] = record.end
                } else if record.end < cut - reach {
                    starts[header.stream] = cut
                }
                continue
            }
            let endsLine = !header.isPartial || !seen[header.stream]
            seen[header.stream] = true
            guard endsLine else { continue }
            if lines == count || lines > 0 && limit.map({ distance > $0 }) ?? false {
                cut = record.end
                starts[header.stream] = record.end
            } else {
                lines += 1
            }
        }
        var result = PerStream(0)
        for stream in ProgramStream.allCases { result[stream] = starts[stream] ?? 0 }
        return result
    }
}
