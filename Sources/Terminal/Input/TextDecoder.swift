/// Decodes characters that may be split between reads.
struct TextDecoder: Sendable {
    private static let replacement: Unicode.Scalar = "\u{FFFD}"

    let encoding: TextEncoding
    private var value: UInt32 = 0
    private var missing = 0
    /// The valid range of the next byte: that of a second byte excludes overlong forms, surrogates and values too
    /// large.
    private var range: ClosedRange<UInt8> = 0x80...0xBF

    init(_ encoding: TextEncoding) {
        self.encoding = encoding
    }

    /// Whether a character is incomplete.
    var isIncomplete: Bool { missing > 0 }

    /// Drops an incomplete character.
    mutating func reset() {
        missing = 0
    }

    /// Decodes the next byte, 0x20 or more.
    ///
    /// - Returns: The completed characters: two after a byte that is invalid in its place.
    mutating func decode(_ byte: UInt8) -> [Unicode.Scalar] {
        if case .singleByte(let scalars) = encoding {
            guard byte >= 0x80 else { return [Unicode.Scalar(byte)] }
            let index = Int(byte) - 0x80
            return [(scalars.indices.contains(index) ? scalars[index] : nil) ?? Self.replacement]
        }
        guard missing > 0 else { return begin(byte) }
        guard range.contains(byte) else {
            missing = 0
            return [Self.replacement] + begin(byte)
        }
        value = value << 6 | UInt32(byte & 0x3F)
        missing -= 1
        range = 0x80...0xBF
        return missing == 0 ? [Unicode.Scalar(value) ?? Self.replacement] : []
    }

    private mutating func begin(_ byte: UInt8) -> [Unicode.Scalar] {
        range = 0x80...0xBF
        switch byte {
        case 0..<0x80: return [Unicode.Scalar(byte)]
        case 0xC2...0xDF: (value, missing) = (UInt32(byte & 0x1F), 1)
        case 0xE0...0xEF:
            (value, missing) = (UInt32(byte & 0x0F), 2)
            if byte == 0xE0 { range = 0xA0...0xBF }
            if byte == 0xED { range = 0x80...0x9F }
        case 0xF0...0xF4:
            (value, missing) = (UInt32(byte & 0x07), 3)
            if byte == 0xF0 { range = 0x90...0xBF }
            if byte == 0xF4 { range = 0x80...0x8F }
        default: return [Self.replacement]
        }
        return []
    }

    /// Decodes a whole text; all line breaks become line feeds.
    func decode(_ bytes: [UInt8]) -> String {
        var text = ""
        switch encoding {
        case .utf8: text = String(decoding: bytes, as: UTF8.self)
        case .singleByte:
            var decoder = self
            for byte in bytes { text.unicodeScalars.append(contentsOf: decoder.decode(byte)) }
        }
        var result = String.UnicodeScalarView()
        var follows: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if scalar == "\r" {
                result.append("\n")
            } else if scalar != "\n" || follows != "\r" {
                result.append(scalar)
            }
            follows = scalar
        }
        return String(result)
    }
}
