/// An input from the terminal.
package enum TerminalInput: Sendable, Hashable {
    case key(Key)
    /// Pasted text; never interpreted as keys.
    case paste(String)
    case mouse(MouseEvent)
    case resized(Size)
    /// The process was stopped and continued; the screen contents are unknown.
    case resumed
    /// The terminal is gone.
    case hungUp
}
