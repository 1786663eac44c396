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
