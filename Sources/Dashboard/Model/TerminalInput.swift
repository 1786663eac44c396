/// What comes from a terminal.
package enum TerminalInput: Sendable, Hashable {
    case key(Key)
    /// Text that was pasted in one go: never taken for keys.
    case paste(String)
    case mouse(MouseEvent)
    case resized(Size)
    /// The process was stopped and goes on; the screen may hold anything.
    case resumed
    /// Nobody is there any more.
    case hungUp
}
