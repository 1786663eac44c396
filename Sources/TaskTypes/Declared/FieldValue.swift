package import JSON

/// The value of a field as a program gets it.
enum FieldValue: Sendable, Hashable {
    case text(String)
    /// One argument for each element.
    case list([String])
}

/// Why a value is not valid for a field.
package struct FieldValueError: Error, Hashable {
    /// The element of a list: `[2]`; empty for the value itself.
    package let element: String
    /// See ``FieldProblem/code``.
    package let code: String
    /// The requirement.
    package let message: String

    init(_ code: String, _ message: String, element: String = "") {
        self.code = code
        self.message = message
        self.element = element
    }

    fileprivate static func wrongType(_ words: String, _ value: JSONValue, element: String = "") -> FieldValueError {
        FieldValueError("wrong_type", "must be \(words), not \(value.numberOrKindName)", element: element)
    }
}

extension DeclaredField.Kind {
    /// Throws unless a value is valid.
    package func validate(_ json: JSONValue) throws(FieldValueError) { _ = try value(of: json) }

    /// The value as a program gets it.
    func value(of json: JSONValue) throws(FieldValueError) -> FieldValue {
        switch self {
        case .text(let bounds, let pattern):
            guard case .string(let text) = json else { throw .wrongType("a string", json) }
            return .text(try Self.checked(text, bounds, pattern))
        case .path(let bounds, let pattern):
            guard case .string(let text) = json else { throw .wrongType("a string, a path", json) }
            guard !text.isEmpty else { throw FieldValueError("out_of_range", "must be a path, but is empty") }
            return .text(try Self.checked(text, bounds, pattern))
        case .list(let bounds, let pattern):
            guard case .array(let elements) = json else { throw .wrongType("an array of strings", json) }
            return .list(try Self.checked(elements, bounds, pattern))
        case .integer(let bounds): return .text(String(try Self.integer(json, bounds)))
        case .number(let bounds): return .text(try Self.number(json, bounds))
        case .boolean:
            guard case .bool(let value) = json else { throw .wrongType("true or false", json) }
            return .text(value ? "true" : "false")
        case .choice(let options):
            let words = "one of \(options.joined(separator: ", "))"
            guard case .string(let word) = json else { throw .wrongType("a string, \(words)", json) }
            guard options.contains(where: word.hasSameBytes) else {
                throw FieldValueError("unknown_value", "must be \(words), not '\(word.prefix(64))'")
            }
            return .text(word)
        }
    }

    private static func checked(
        _ elements: [JSONValue], _ bounds: Bounds<Int>, _ pattern: TextPattern?
    ) throws(FieldValueError) -> [String] {
        if let words = bounds.words({ "\($0)" }), !bounds.contains(elements.count) {
            throw FieldValueError("out_of_range", "must have \(words) elements, not \(elements.count)")
        }
        var texts: [String] = []
        texts.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element else {
                throw .wrongType("a string", element, element: "[\(index)]")
            }
            do throws(FieldValueError) {
                texts.append(try checked(text, Bounds(), pattern))
            } catch {
                throw FieldValueError(error.code, error.message, element: "[\(index)]")
            }
        }
        return texts
    }

    private static func checked(
        _ text: String, _ bounds: Bounds<Int>, _ pattern: TextPattern?
    ) throws(FieldValueError) -> String {
        guard !text.utf8.contains(0) else {
            throw FieldValueError(
                "malformed", "must not contain a NUL character, at which every program would cut it off")
        }
        let count = text.unicodeScalars.count
        if let words = bounds.words({ "\($0)" }), !bounds.contains(count) {
            throw FieldValueError("out_of_range", "must have \(words) characters, not \(count)")
        }
        if let pattern, !pattern.matches(text) {
            throw FieldValueError("malformed", "must match '\(pattern.text)' as a whole, but is '\(text.prefix(64))'")
        }
        return text
    }

    private static func integer(_ json: JSONValue, _ bounds: Bounds<Int>) throws(FieldValueError) -> Int {
        let words = bounds.words { "\($0)" } ?? "a whole number of 64 bits"
        switch json {
        case .integer(let integer):
            guard let whole = Int(exactly: integer), bounds.contains(whole) else { fallthrough }
            return whole
        case .wideInteger: throw FieldValueError("out_of_range", "must be \(words), not \(json.numberOrKindName)")
        case .number(let double) where double.rounded() == double:
            throw FieldValueError("out_of_range", "must be \(words), not \(json.numberOrKindName)")
        default: throw .wrongType("a whole number", json)
        }
    }

    /// The text of a number; whole ones stay exact.
    private static func number(_ json: JSONValue, _ bounds: Bounds<Double>) throws(FieldValueError) -> String {
        let (number, text): (Double, String)
        switch json {
        case .integer(let integer): (number, text) = (Double(integer), String(integer))
        case .wideInteger(let digits): (number, text) = (Double(digits) ?? .infinity, digits)
        case .number(let double): (number, text) = (double, double.plainText)
        default: throw .wrongType("a number", json)
        }
        guard number.isFinite, bounds.contains(number) else {
            throw FieldValueError(
                "out_of_range",
                "must be \(bounds.words(\.plainText) ?? "a finite number"), not \(json.numberOrKindName)")
        }
        return text
    }
}
