/// A secret that clients must send.
///
/// Its description does not contain it.
package struct AccessToken: Sendable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// - Returns: `nil` unless the text is printable ASCII without spaces, as a header can carry it.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.bytes = bytes
    }

    /// Compares in a time that does not depend on how much of the candidate is right.
    package func matches(_ candidate: some StringProtocol) -> Bool {
        let given = Array(candidate.utf8)
        var difference = UInt8(given.count == bytes.count ? 0 : 1)
        for (index, byte) in bytes.enumerated() {
            difference |= byte ^ (index < given.count ? given[index] : 0)
        }
        return difference == 0
    }

    /// The value of the `Authorization` header with this token.
    ///
    /// Only for sending.
    package var authorization: String { "Bearer " + String(decoding: bytes, as: UTF8.self) }

    /// The secret itself.
    ///
    /// Only to send it to a worker over its standard input.
    package var secret: String { String(decoding: bytes, as: UTF8.self) }

    package var description: String { "(token)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
