/// Why a text is not JSON.
package struct JSONSyntaxError: Error, Hashable {
    /// What is wrong, in words.
    package let reason: String
    /// Where, counted in bytes from 0.
    package let offset: Int
}

/// Reads JSON exactly as RFC 8259 has it.
///
/// Foundation's decoder is more generous than clients are served by: it takes `[1,]`, and of two
/// members with one name it silently drops one. What clients send goes through here.
package struct JSONParser {
    /// Arrays and objects may be nested this deep, since each level takes space on the stack.
    package static let depthLimit = 512

    let bytes: ContiguousArray<UInt8>
    var position = 0
    var depth = 0
    /// The names of the members to read; `nil` for all.
    private var kept: [ContiguousArray<UInt8>]?

    /// Reads a text that is one JSON value, with white space around it.
    ///
    /// - Throws: ``JSONSyntaxError`` for the first thing that is wrong.
    package static func parse(_ text: some Collection<UInt8>) throws(JSONSyntaxError) -> JSONValue {
        try parse(text, keeping: nil)
    }

    /// Reads a text that is one JSON value, without the members that have other names, at any depth.
    ///
    /// Faster than reading all. A member whose name is written with escapes is always read.
    static func parse(
        _ text: some Collection<UInt8>, keeping names: [JSONName]?
    ) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes: ContiguousArray(text))
        parser.kept = names?.map { ContiguousArray($0.text.utf8) }
        guard !parser.bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw parser.error("it begins with a byte order mark (U+FEFF), which JSON does not have")
        }
        let value = try parser.value()
        guard parser.next() == nil else { throw parser.error("unexpected text after the value") }
        return value
    }

    init(bytes: ContiguousArray<UInt8>) {
        self.bytes = bytes
    }

    // MARK: - Values

    mutating func value() throws(JSONSyntaxError) -> JSONValue {
        guard let first = next() else { throw error("expected a value, but the text ends") }
        switch first {
        case UInt8(ascii: "{"): return .object(try nested { (parser) throws(JSONSyntaxError) in try parser.members() })
        case UInt8(ascii: "["): return .array(try nested { (parser) throws(JSONSyntaxError) in try parser.elements() })
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("expected a value")
        }
    }

    mutating func nested<Content>(
        _ content: (inout JSONParser) throws(JSONSyntaxError) -> Content
    ) throws(JSONSyntaxError) -> Content {
        guard depth < Self.depthLimit else { throw error("values are nested more than \(Self.depthLimit) deep") }
        depth += 1
        position += 1
        let content = try content(&self)
        depth -= 1
        return content
    }

    private mutating func elements() throws(JSONSyntaxError) -> [JSONValue] {
        if consume("]") { return [] }
        var elements: [JSONValue] = []
        while true {
            elements.append(try value())
            if consume("]") { return elements }
            guard consume(",") else { throw error("a ',' or ']' is missing") }
        }
    }

    private mutating func members() throws(JSONSyntaxError) -> [JSONName: JSONValue] {
        // Growing hashes all names again.
        var members = Dictionary<JSONName, JSONValue>(minimumCapacity: 8)
        try eachMember { (parser, name) throws(JSONSyntaxError) in
            members.updateValue(try parser.value(), forKey: name) == nil
        }
        return members
    }

    /// Reads members up to the end of their object.
    ///
    /// - Parameter read: reads the value of the member with a name; returns false if that has been there before.
    mutating func eachMember(
        _ read: (inout JSONParser, JSONName) throws(JSONSyntaxError) -> Bool
    ) throws(JSONSyntaxError) {
        if consume("}") { return }
        while true {
            guard next() == UInt8(ascii: "\"") else { throw error("the name of a member is missing") }
            let start = position
            if let kept, try skipMember(unless: kept) {
                // Not of interest.
            } else {
                let name = JSONName(try string())
                guard consume(":") else { throw error("a ':' is missing") }
                guard try read(&self, name) else {
                    throw JSONSyntaxError(reason: "the member '\(name.text.prefix(64))' is there twice", offset: start)
                }
            }
            if consume("}") { return }
            guard consume(",") else { throw error("a ',' or '}' is missing") }
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        let isThere = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        guard isThere else { throw error("expected a value") }
        position += text.utf8CodeUnitCount
        return value
    }

    // MARK: - Numbers

    mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let first = position
        var isWhole = true
        guard skipDigits() else { throw error("a digit is missing") }
        guard bytes[first] != UInt8(ascii: "0") || position == first + 1 else {
            throw error("a number does not begin with 0", at: first)
        }
        if current == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            guard skipDigits() else { throw error("a digit is missing") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() else { throw error("a digit is missing") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let integer = Int64(text) { return .integer(integer) }
        if isWhole { return .wideInteger(text) }
        guard let number = Double(text), number.isFinite else { throw error("the number is too large", at: start) }
        // `5.0` and `5e0` are the same number as `5`, and exact as long as a Double counts by ones.
        if number.magnitude < 0x1p53, let integer = Int64(exactly: number) { return .integer(integer) }
        return .number(number)
    }

    /// Skips digits; false when there is none.
    private mutating func skipDigits() -> Bool {
        let start = position
        while let byte = current, byte.isASCIIDigit { position += 1 }
        return position > start
    }

    // MARK: - Strings

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        var text = ""
        var start = position
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                try append(start..<position, to: &text)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                try append(start..<position, to: &text)
                position += 1
                text.unicodeScalars.append(try escape())
                start = position
            case ..<0x20:
                throw error("a control character in a string must be escaped")
            default:
                position += 1
            }
        }
        throw error("a string does not end")
    }

    private func append(_ range: Range<Int>, to text: inout String) throws(JSONSyntaxError) {
        guard !range.isEmpty else { return }
        guard let part = String(validating: bytes[range], as: UTF8.self) else {
            throw error("a string is not UTF-8", at: range.lowerBound)
        }
        if text.isEmpty { text = part } else { text += part }
    }

    private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
        defer { position += 1 }
        switch current {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("there is no such escape")
        }
    }

    /// Reads `uXXXX`, or two of them for a character beyond the first plane, up to the last digit.
    private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = position
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), position + 2 < bytes.count, bytes[position + 1] == UInt8(ascii: "\\"),
            bytes[position + 2] == UInt8(ascii: "u")
        else { throw error("half of a surrogate pair is missing", at: start) }
        position += 2
        let trail = try hexadecimal()
        guard UTF16.isTrailSurrogate(trail) else { throw error("half of a surrogate pair is missing", at: start) }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    }

    /// Reads the four digits behind the `u` at the position, which then is that of the last digit.
    private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt16 {
        let digits = bytes[(position + 1)...].prefix(4)
        guard digits.count == 4, digits.allSatisfy(\.isHexDigit),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits are missing") }
        position += 4
        return unit
    }

    // MARK: - Bytes

    var current: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    /// The next byte that is not white space, without consuming it.
    mutating func next() -> UInt8? {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
        return current
    }

    /// Consumes a character if it is the next one.
    private mutating func consume(_ character: Unicode.Scalar) -> Bool {
        guard next() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    func error(_ reason: String, at offset: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(reason: reason, offset: offset ?? position)
    }
}
