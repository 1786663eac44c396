/// What the terminal can do.
package struct Capabilities: Sendable, Hashable {
    /// Whether characters outside ASCII can be drawn.
    package var isUnicode: Bool
    /// Whether there is a mouse to switch on.
    package var hasMouse: Bool
    /// Whether there is a shell to continue a process that is stopped.
    package var canSuspend: Bool
    /// The way of copied text.
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
