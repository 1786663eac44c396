import JSON

/// The JSON text of a record as it is stored: the members of ``TaskRecord/version``, in their order.
package struct StoredRecordText: Sendable, Hashable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    var size: Int { text.utf8.count }

    func write(_ fields: RecordFields, to output: inout ByteCursor) {
        switch fields {
        case .all: output.append(text)
        case .summary:
            var text = text
            text.withUTF8 { Self.writeSummary(of: UnsafeRawBufferPointer($0), to: &output) }
        }
    }

    /// The members that a summary leaves out, with the comma before each, which none is the first of its record.
    private static let names: [[UInt8]] = ["attempts", "result", "task_data"].map { Array(",\"\($0)\":".utf8) }

    private static func writeSummary(of text: UnsafeRawBufferPointer, to output: inout ByteCursor) {
        var names = names[...]
        var (written, position, depth) = (0, 0, 0)
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""): position = endOfString(at: position, in: text)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
            case UInt8(ascii: ",") where depth == 1:
                guard let name = names.first, text[position...].starts(with: name) else {
                    position += 1
                    continue
                }
                names.removeFirst()
                output.append(text[written..<position])
                position = endOfValue(at: position + name.count, in: text)
                written = position
            default: position += 1
            }
        }
        output.append(text[written...])
    }

    /// The position of the comma or bracket behind a value.
    private static func endOfValue(at start: Int, in text: UnsafeRawBufferPointer) -> Int {
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
    private static func endOfString(at start: Int, in text: UnsafeRawBufferPointer) -> Int {
        var position = start + 1
        while position < text.count, text[position] != UInt8(ascii: "\"") {
            position += text[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position + 1, text.count)
    }
}
