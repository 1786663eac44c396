/// A client's name for a submission, which makes it safe to send again.
package struct IdempotencyKey: Sendable, Hashable {
    /// The time for which a key is remembered at least.
    package static let lifetime = Duration.seconds(24 * 3600)
    private static let lengths = 1...255

    package let text: String

    /// - Returns: `nil` for anything but 1 to 255 printable ASCII characters.
    package init?(_ text: some StringProtocol) {
        guard Self.lengths.contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return nil
        }
        self.text = String(text)
    }
}
