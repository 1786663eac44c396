/// The character encoding of a terminal.
package enum TextEncoding: Sendable {
    case utf8
    /// One byte a character, with the scalars of the bytes from 0x80 on; `nil` for undefined bytes.
    ///
    /// 0x80 to 0x9F are control characters, as in all ISO 8859 encodings.
    case singleByte([Unicode.Scalar?])

    /// Whether the bytes 0x80 to 0x9F are control characters, not parts of characters.
    var hasControlBytes: Bool {
        if case .singleByte = self { true } else { false }
    }
}
