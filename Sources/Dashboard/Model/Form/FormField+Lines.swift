import JSON

// The values of fields with one item a line.
extension FormField {
    /// The value of lines: a text, JSON, or one item a line.
    ///
    /// - Throws: ``FormFieldError`` if the lines cannot be converted to a value.
    static func value(of lines: LinesField, _ kind: FieldDescription.Kind) throws(FormFieldError) -> JSONValue? {
        if kind == .lines {
            return lines.isBlank ? nil : .string(lines.lines.map(\.text).joined(separator: "\n"))
        }
        let texts = lines.texts
        guard let first = texts.first else { return nil }
        if first.drop(while: \.isWhitespace).first == (kind == .object ? "{" : "[") {
            return try json(texts.joined(separator: "\n"))
        }
        guard kind == .object else { return .array(texts.map(JSONValue.string)) }
        var members: [JSONName: JSONValue] = [:]
        for text in texts {
            guard let sign = text.firstIndex(of: "=") else {
                throw FormFieldError(message: "has a line without a value: '\(text.prefix(40))'; write NAME=value")
            }
            members[JSONName(String(text[..<sign]))] = .string(String(text[text.index(after: sign)...]))
        }
        return .object(members)
    }

    static func json(_ text: String) throws(FormFieldError) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONParser.parse(Array(text.utf8))
        } catch {
            throw FormFieldError(message: "is not JSON: \(error.reason) (at byte \(error.offset))")
        }
    }
}
