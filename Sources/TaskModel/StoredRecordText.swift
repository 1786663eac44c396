import JSON

/// The JSON text of a record as it is stored: the members of ``TaskRecord/version``, in their order.
package struct StoredRecordText: Sendable, Hashable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    var size: Int { text.utf8.count }

    func write(_ fields: RecordFields, for access: Access, to output: inout ByteCursor) {
        if fields == .all, access == .full { return output.append(text) }
        var text = text
        text.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            output.append(bytes, 0..<bytes.count, without: Self.gaps(fields, access, of: bytes))
        }
    }

    /// A member that some clients do not get, or not whole.
    private enum Member: String, CaseIterable {
        case attempts, error, result
        case data = "task_data"

        /// The name with the comma before it: none is the first of its record.
        static let names = Dictionary(uniqueKeysWithValues: allCases.map { ($0, Array(",\"\($0.rawValue)\":".utf8)) })

        func isAffected(by fields: RecordFields, _ access: Access) -> Bool {
            isLeftOut(of: fields) || access == .limited && (self == .attempts || self == .error)
        }

        func isLeftOut(of fields: RecordFields) -> Bool { fields == .summary && self != .error }
    }

    /// What is left out, in order.
    private static func gaps(
        _ fields: RecordFields, _ access: Access, of text: UnsafeRawBufferPointer
    ) -> [Range<Int>] {
        var members = Member.allCases.filter { $0.isAffected(by: fields, access) }[...]
        var gaps: [Range<Int>] = []
        var (position, depth) = (0, 0)
        while position < text.count, let member = members.first, let name = Member.names[member] {
            switch text[position] {
            case UInt8(ascii: "\""): position = RecordTextScanner.endOfString(at: position, in: text)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
            case UInt8(ascii: ",") where depth == 1 && text[position...].starts(with: name):
                members.removeFirst()
                let end = RecordTextScanner.endOfValue(at: position + name.count, in: text)
                gaps +=
                    member.isLeftOut(of: fields)
                    ? [position..<end] : RecordTextScanner.errorOutputs(in: text, position..<end)
                position = end
            default: position += 1
            }
        }
        return gaps
    }
}
