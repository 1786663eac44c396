/// Finds values in the JSON text of records.
enum RecordTextScanner {
    /// The position of the comma or bracket behind a value.
    static func endOfValue(at start: Int, in text: UnsafeRawBufferPointer) -> Int {
        var (position, depth) = (start, 0)
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""):
                position = endOfString(at: position, in: text)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return position }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return position
            default: break
            }
            position += 1
        }
        return position
    }

    /// The position behind the closing quotation mark.
    static func endOfString(at start: Int, in text: UnsafeRawBufferPointer) -> Int {
        var position = start + 1
        while position < text.count, text[position] != UInt8(ascii: "\"") {
            position += text[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position + 1, text.count)
    }

    private static let error = Array("\"error\":\"".utf8)

    /// The lines of output in all members named `error`, each with the separator before it.
    ///
    /// - Parameter range: whole members of a record.
    static func errorOutputs(in text: UnsafeRawBufferPointer, _ range: Range<Int>) -> [Range<Int>] {
        var outputs: [Range<Int>] = []
        var position = range.lowerBound
        while position < range.upperBound {
            guard text[position] == UInt8(ascii: "\"") else {
                position += 1
                continue
            }
            guard text[position..<range.upperBound].starts(with: error) else {
                position = endOfString(at: position, in: text)
                continue
            }
            let start = position + error.count
            position = endOfString(at: start - 1, in: text)
            if let end = ProgramErrorText.endOfCause(in: text[start..<position - 1]) {
                outputs.append(end..<position - 1)
            }
        }
        return outputs
    }
}

extension ByteCursor {
    /// Writes a part of a text without some ranges, which are in order.
    mutating func append(_ text: UnsafeRawBufferPointer, _ range: Range<Int>, without gaps: [Range<Int>]) {
        var start = range.lowerBound
        for gap in gaps where range.contains(gap.lowerBound) {
            append(text[start..<gap.lowerBound])
            start = gap.upperBound
        }
        append(text[start..<range.upperBound])
    }
}
