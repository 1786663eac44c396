package import JSON

/// What is written to a file for an operator.
package enum SavedContent: Sendable {
    case text(String)
    case result(JSONText)

    /// The bytes of the file.
    ///
    /// A result that is a text is written as it is, any other one as JSON with a line for every member and element.
    /// By a name that ends in `.md` or `.txt` an operator asks for the text in a result: the member that alone has
    /// several lines, such as the `report` of `generate_report`.
    ///
    /// - Parameter path: the name of the file.
    package func bytes(path: String) -> [UInt8] {
        switch self {
        case .text(let text): Array(text.utf8)
        case .result(let result): Self.bytes(of: result.value, path: path)
        }
    }

    private static func bytes(of value: JSONValue, path: String) -> [UInt8] {
        if case .string(let text) = value { return Array(text.utf8) }
        let wantsText = [".md", ".txt"].contains { path.lowercased().hasSuffix($0) }
        if wantsText, case .object(let members) = value {
            let texts = members.values.compactMap { member -> String? in
                if case .string(let text) = member, text.contains(where: \.isNewline) { text } else { nil }
            }
            if texts.count == 1 { return Array(texts[0].utf8) }
        }
        return Array((IndentedJSON.text(of: value) + "\n").utf8)
    }
}

/// JSON for people: two spaces for every level, a line for every member and element.
enum IndentedJSON {
    static func text(of value: JSONValue) -> String {
        var text = ""
        write(value, depth: 0, to: &text)
        return text
    }

    private static func write(_ value: JSONValue, depth: Int, to text: inout String) {
        switch value {
        case .object(let members) where !members.isEmpty:
            write(members.sorted { $0.key < $1.key }, "{", "}", depth, to: &text) { member, text in
                text += JSONValue.string(member.key.text).jsonText + ": "
                write(member.value, depth: depth + 1, to: &text)
            }
        case .array(let elements) where !elements.isEmpty:
            write(elements, "[", "]", depth, to: &text) { element, text in write(element, depth: depth + 1, to: &text) }
        default: text += value.jsonText
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ begin: String, _ end: String, _ depth: Int, to text: inout String,
        _ body: (Element, inout String) -> Void
    ) {
        text += begin
        for (index, element) in elements.enumerated() {
            text += (index == 0 ? "\n" : ",\n") + String(repeating: "  ", count: depth + 1)
            body(element, &text)
        }
        text += "\n" + String(repeating: "  ", count: depth) + end
    }
}
