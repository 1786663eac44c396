/// How a terminal encodes characters.
package enum TextEncoding: Sendable {
    case utf8
    /// One byte a character, by the scalars of the bytes from 0x80 on; `nil` for a byte without one.
    ///
    /// 0x80 to 0x9F are control characters, as in all of ISO 8859.
    case singleByte([Unicode.Scalar?])

    /// Whether a byte of 0x80 to 0x9F is a control character of its own, and not part of a character.
    var hasControlBytes: Bool {
        if case .singleByte = self { true } else { false }
    }
}
