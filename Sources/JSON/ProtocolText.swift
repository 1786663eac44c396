// Text of protocols is compared by its bytes. Swift's own comparison is by canonical equivalence, and its characters
// are whole grapheme clusters: `"\u{212A}" == "K"`, and `":\u{301}"` has no colon. No other program at the end of a
// connection sees it so, and what two programs read differently is what attacks are made of.
//
// Inlinable: generic code of another module would be called unspecialized, some ten times slower.

extension StringProtocol {
    /// Whether the bytes are the same.
    @inlinable package func hasSameBytes(as other: some StringProtocol) -> Bool {
        // What differs by canonical equivalence differs by its bytes, and is found faster.
        self == other && utf8.elementsEqual(other.utf8)
    }

    /// Whether the bytes are the same but for the case of ASCII letters.
    @inlinable package func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
        utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// Whether the first bytes are those of `prefix`.
    @inlinable package func hasBytePrefix(_ prefix: some StringProtocol) -> Bool {
        utf8.starts(with: prefix.utf8)
    }

    /// Whether the last bytes are those of `suffix`.
    @inlinable package func hasByteSuffix(_ suffix: some StringProtocol) -> Bool {
        utf8.reversed().starts(with: suffix.utf8.reversed())
    }

    /// The text with its ASCII letters in lower case.
    @inlinable package var asciiLowercased: String {
        String(decoding: utf8.map(\.asciiLowercased), as: UTF8.self)
    }

    /// The text without spaces and tabs at both ends.
    @inlinable package var trimmingBlanks: Substring {
        let text = Substring(self)
        let isText = { (byte: UInt8) in byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t") }
        guard let first = text.utf8.firstIndex(where: isText), let last = text.utf8.lastIndex(where: isText) else {
            return ""
        }
        return text[first...last]
    }

    /// The parts between separators, which are bytes; empty ones included.
    @inlinable package func parts(separatedBy separator: Unicode.Scalar, atMost count: Int = .max) -> [SubSequence] {
        utf8.split(separator: UInt8(ascii: separator), maxSplits: count - 1, omittingEmptySubsequences: false)
            .map { self[$0.startIndex..<$0.endIndex] }
    }
}

extension UInt8 {
    /// A small letter of ASCII for a capital one; every other byte as it is.
    @inlinable package var asciiLowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }

    /// Whether it is a digit of ASCII.
    @inlinable package var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// Whether it is a hexadecimal digit of ASCII.
    @inlinable package var isHexDigit: Bool {
        isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(asciiLowercased)
    }
}

extension FixedWidthInteger {
    /// Reads digits of ASCII and nothing else; `init(_:)` accepts a sign.
    @inlinable package init?(digits text: some StringProtocol) {
        guard !text.utf8.isEmpty, text.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        self.init(String(text), radix: 10)
    }
}
