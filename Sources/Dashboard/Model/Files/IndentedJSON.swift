package import JSON

/// JSON with two spaces of indentation a level, and a line for each member and element.
package enum IndentedJSON {
    package static func text(of value: JSONValue) -> String {
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
