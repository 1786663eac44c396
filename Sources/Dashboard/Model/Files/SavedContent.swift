package import JSON

/// The content of a file for the operator.
package enum SavedContent: Sendable {
    case text(String)
    case result(JSONText)

    /// The bytes of the file.
    ///
    /// A result that is a string is written without quotes, any other result as indented JSON. If the name ends in
    /// `.md` or `.txt` and exactly one member of the result is a string of several lines, such as the `report` of
    /// `generate_report`, only that string is written.
    ///
    /// - Parameter path: The name of the file.
    package func bytes(path: String) -> [UInt8] {
        switch self {
        case .text(let text): Array(text.utf8)
        case .result(let result): Self.bytes(of: result.value, path: path)
        }
    }

    private static func bytes(of value: JSONValue, path: String) -> [UInt8] {
        if case .string(let text) = value { return Array(text.utf8) }
        let isTextFile = [".md", ".txt"].contains { path.lowercased().hasSuffix($0) }
        if isTextFile, case .object(let members) = value {
            let texts = members.values.compactMap { member -> String? in
                if case .string(let text) = member, text.contains(where: \.isNewline) { text } else { nil }
            }
            if texts.count == 1 { return Array(texts[0].utf8) }
        }
        return Array((IndentedJSON.text(of: value) + "\n").utf8)
    }
}
