/// What is known of a terminal's way to a clipboard, by OSC 52.
///
/// Terminals do not answer whether they have taken a text.
package enum Clipboard: Sendable, Hashable {
    /// Straight to the terminal, which takes it, or may.
    case direct
    /// Through another program, which passes it on only if it is set so.
    case through(Multiplexer)
    /// The terminal has no clipboard; with the reason, half a sentence: `the Linux console has no clipboard`.
    case unavailable(reason: String)

    package enum Multiplexer: String, Sendable, Hashable, CaseIterable {
        case tmux, screen
    }

    /// The most bytes of base64 that are sent: many terminals ignore a sequence of more than 75 000 bytes.
    package static let limit = 74_994

    /// Whether a text is short enough to be sent.
    package static func fits(_ text: String) -> Bool { base64Count(of: text.utf8.count) <= limit }

    /// The number of bytes of base64 for so many bytes.
    private static func base64Count(of count: Int) -> Int { (count + 2) / 3 * 4 }
}
