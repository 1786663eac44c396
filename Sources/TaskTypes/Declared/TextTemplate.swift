import JSON

/// A text with placeholders: `--crf={quality}`.
///
/// `{{` stands for a brace itself; a closing one needs no such form.
package struct TextTemplate: Sendable, Hashable {
    private enum Piece: Hashable {
        case literal(String)
        case field(String)
    }

    private let pieces: [Piece]

    /// The names of fields in placeholders, in order.
    package var fieldNames: [String] {
        pieces.compactMap { if case .field(let name) = $0 { name } else { nil } }
    }

    /// The name of the field, if the whole text is one placeholder.
    var onlyField: String? {
        guard pieces.count == 1, case .field(let name) = pieces[0] else { return nil }
        return name
    }

    /// The text before the first placeholder.
    package var prefix: String {
        if case .literal(let text)? = pieces.first { text } else { "" }
    }

    /// Parses a text.
    package init(parsing text: String) throws(TemplateError) {
        var pieces: [Piece] = []
        var literal = ""
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "{" else {
                literal.unicodeScalars.append(scalar)
                continue
            }
            if rest.first == "{" {
                rest.removeFirst()
                literal += "{"
                continue
            }
            let name = rest.prefix { $0 != "}" }
            guard name.endIndex < rest.endIndex, DeclaredName.isValid(String(name)) else {
                throw TemplateError(
                    "has '{', which begins a placeholder such as {input}; write '{{' for a brace itself")
            }
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = ""
            pieces.append(.field(String(name)))
            rest = rest[rest.index(after: name.endIndex)...]
        }
        if !literal.isEmpty || pieces.isEmpty { pieces.append(.literal(literal)) }
        self.pieces = pieces
    }

    /// The text with values in place of placeholders; `nil` if one of them has no value.
    func expanded(_ values: [String: FieldValue]) -> String? {
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .field(let name):
                // Lists stand alone; see ``ArgumentTemplate``.
                guard case .text(let value)? = values[name] else { return nil }
                text += value
            }
        }
        return text
    }
}

/// Why a text is no valid template.
package struct TemplateError: Error, Hashable {
    /// What is wrong and what would be right, after the name of the text.
    package let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// Names of declared types and their fields.
package enum DeclaredName {
    /// The maximum length in bytes.
    private static let limit = 64

    /// The valid names in words.
    package static let words = "1 to \(limit) letters, digits, '_' and '-', the first one a letter"

    package static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= limit else { return false }
        let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte.asciiLowercased) }
        return isLetter(first)
            && name.utf8.allSatisfy {
                isLetter($0) || $0.isASCIIDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
    }
}
