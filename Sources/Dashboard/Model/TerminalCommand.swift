/// What only the terminal itself can do.
package enum TerminalCommand: Sendable, Hashable {
    /// Draw everything anew, whatever the terminal shows.
    case redraw
    /// Give the terminal back and stop the process until it is continued.
    case suspend
    case setMouse(Bool)
    /// Put a text into the clipboard of the terminal, by OSC 52, if it fits: ``Clipboard/fits(_:)``.
    case copy(String)
}
