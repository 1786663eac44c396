import JSON

extension DetailWriter {
    /// The maximum size of JSON that is parsed for the excerpt beside the table, in bytes.
    private static let briefBytes = 65_536

    /// Writes members and elements on lines of their own; strings of several lines are written as blocks.
    mutating func write(_ json: JSONText, under heading: String, _ form: DetailText.Form) {
        write(heading: heading)
        if form == .brief, json.bytes.count > Self.briefBytes {
            return write("", "\(Format.bytes(json.bytes.count)); Enter shows it", .muted)
        }
        write(json: json.value)
    }

    mutating func write(json value: JSONValue) {
        switch value {
        case .object(let members) where !members.isEmpty:
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                write(value, after: name.text + ":", depth: 0)
            }
        default: write(value, after: nil, depth: 0)
        }
    }

    private mutating func write(_ value: JSONValue, after prefix: String?, depth: Int) {
        let indent = String(repeating: "  ", count: depth)
        let start = indent + (prefix.map { $0 + " " } ?? "")
        switch value {
        case .object(let members) where !members.isEmpty:
            if let prefix { write("", indent + prefix) }
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                write(value, after: name.text + ":", depth: depth + 1)
            }
        case .array(let elements) where !elements.isEmpty && !elements.allSatisfy(Self.isShort):
            if let prefix { write("", indent + prefix) }
            for element in elements { write(element, after: "-", depth: depth + 1) }
        case .array(let elements):
            write(row: start + "[" + elements.map(\.jsonText).joined(separator: ", ") + "]")
        case .string(let text) where text.contains(where: \.isNewline):
            write("", start + "|")
            for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                write("", indent + "  " + line)
            }
        default:
            write(row: start + value.jsonText)
        }
    }

    private static func isShort(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .integer, .number: true
        case .wideInteger(let digits): digits.utf8.count <= 20
        case .string(let text): text.utf8.count <= 20
        case .array, .object: false
        }
    }
}
