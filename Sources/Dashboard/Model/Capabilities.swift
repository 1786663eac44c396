/// The capabilities of a terminal.
package struct Capabilities: Sendable, Hashable {
    /// Whether the terminal can draw characters outside ASCII.
    package var isUnicode: Bool
    /// Whether the terminal reports a mouse.
    package var hasMouse: Bool
    /// Whether a shell can continue the process after it stopped itself.
    package var canSuspend: Bool
    /// The path of copied text.
    package var clipboard: Clipboard

    package init(
        isUnicode: Bool = true, hasMouse: Bool = true, canSuspend: Bool = true, clipboard: Clipboard = .direct
    ) {
        self.isUnicode = isUnicode
        self.hasMouse = hasMouse
        self.canSuspend = canSuspend
        self.clipboard = clipboard
    }
}
