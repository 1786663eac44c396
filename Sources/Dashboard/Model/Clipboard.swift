/// The path of copied text to a clipboard, by OSC 52.
///
/// Terminals do not acknowledge the text.
package enum Clipboard: Sendable, Hashable {
    /// Directly to the terminal, which may ignore it.
    case direct
    /// Through a terminal multiplexer, which forwards it only if configured to.
    case through(Multiplexer)
    /// The terminal has no clipboard, for a reason such as `the Linux console has no clipboard`.
    case unavailable(reason: String)

    package enum Multiplexer: String, Sendable, Hashable, CaseIterable {
        case tmux, screen
    }

    /// The maximum size of a text, in bytes of base64: many terminals ignore a sequence of more than 75,000 bytes.
    package static let limit = 74_994

    /// Whether a text is within the limit.
    package static func fits(_ text: String) -> Bool { base64Count(of: text.utf8.count) <= limit }

    /// The size of `count` bytes in base64.
    private static func base64Count(of count: Int) -> Int { (count + 2) / 3 * 4 }
}
