/// What a client calls a submission, so that it may send it again without a second task.
package struct IdempotencyKey: Sendable, Hashable {
    /// How long a key is remembered at least.
    package static let lifetime = Duration.seconds(24 * 3600)
    private static let lengths = 1...255

    package let text: String

    /// `nil` for anything but 1 to 255 printable characters of ASCII.
    package init?(_ text: some StringProtocol) {
        guard Self.lengths.contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return nil
        }
        self.text = String(text)
    }
}
