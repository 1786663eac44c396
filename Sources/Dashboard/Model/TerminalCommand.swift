/// A command for the terminal itself.
package enum TerminalCommand: Sendable, Hashable {
    /// Repaints the whole screen.
    case redraw
    /// Restores the terminal and stops the process until it is continued.
    case suspend
    case setMouse(Bool)
    /// Copies a text to the terminal's clipboard by OSC 52, if ``Clipboard/fits(_:)``.
    case copy(String)
}
