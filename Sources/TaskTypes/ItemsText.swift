import JSON
import TaskModel

/// A short text for a list of values: `invoices, orders +4`.
enum ItemsText {
    /// The maximum length of the shown items together, in code points.
    private static let width = 24
    /// The maximum length of the first item, which is always shown, in code points.
    private static let firstWidth = 48

    static func text(_ items: [JSONValue]) -> String {
        guard let first = items.first else { return "no items" }
        var parts = [first.shortText(atMost: firstWidth)]
        var length = parts[0].unicodeScalars.count
        for item in items.dropFirst() {
            let part = item.shortText(atMost: width)
            length += 2 + part.unicodeScalars.count
            guard length <= width else { break }
            parts.append(part)
        }
        let rest = items.count - parts.count
        return parts.joined(separator: ", ") + (rest > 0 ? " +\(rest)" : "")
    }
}

extension JSONValue {
    /// The value as a short text, whatever its size.
    ///
    /// - Parameter limit: The maximum length in code points.
    func shortText(atMost limit: Int) -> String {
        TitleText.line(shortText(atMost: limit, depth: 0), atMost: limit)
    }

    /// The number of values of a nested array or object that are shown, and their depth.
    private static let nesting = (values: 3, depth: 2)

    private func shortText(atMost limit: Int, depth: Int) -> String {
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .wideInteger(let digits): return TitleText.line(digits, atMost: limit)
        case .number(let value): return value.plainText
        case .string(let text):
            let line = TitleText.line(text, atMost: limit)
            return line.isEmpty ? "\"\"" : line
        case .array(let elements):
            guard depth < Self.nesting.depth else { return "[…]" }
            let parts = elements.prefix(Self.nesting.values).map { $0.shortText(atMost: limit, depth: depth + 1) }
            return "[" + parts.joined(separator: ", ") + (elements.count > parts.count ? ", …]" : "]")
        case .object(let members):
            guard depth < Self.nesting.depth else { return "{…}" }
            // Sorting thousands of names to show three of them would take longer than everything else.
            guard members.count <= 16 else { return "{\(members.count) members}" }
            let parts = members.sorted { $0.key < $1.key }.prefix(Self.nesting.values).map { name, value in
                TitleText.line(name.text, atMost: limit) + ": " + value.shortText(atMost: limit, depth: depth + 1)
            }
            return "{" + parts.joined(separator: ", ") + (members.count > parts.count ? ", …}" : "}")
        }
    }
}
