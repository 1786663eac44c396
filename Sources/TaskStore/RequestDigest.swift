import JSON

/// What is stored of the request that was sent with an idempotency key.
///
/// Not its text, which may contain secrets: values of environment variables.
struct RequestDigest: Sendable, Equatable {
    private static let prefix = "sha256:"

    /// The text in the store.
    let text: String

    /// - Parameter request: the request in its canonical form.
    init(_ request: String) {
        text = Self.digest(of: request)
    }

    /// - Parameter text: the text in the store; that of an earlier version is the request itself.
    init(stored text: String) {
        self.text = text.hasBytePrefix(Self.prefix) ? text : Self.digest(of: text)
    }

    private static func digest(of request: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = SHA256.digest(of: Array(request.utf8)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return prefix + String(decoding: bytes, as: UTF8.self)
    }

    static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }
}
