/// A terminal, as the dashboard needs one; belongs to a single thread.
package protocol TerminalDevice {
    /// In cells, as of the last input.
    var size: Size { get }
    var capabilities: Capabilities { get }

    /// Waits for input or a wake-up, at most this long; `nil` means without end.
    ///
    /// - Returns: What has come, in order; nothing when woken up or when the time is over.
    func wait(for limit: Duration?) -> [TerminalInput]

    /// Drops keys, pasted text and mouse events that have come and have not been returned: as much as one read brings.
    ///
    /// - Returns: Whether anything had come.
    func discardInput() -> Bool

    /// Makes the screen show a frame; what is shown already is not drawn again.
    func show(_ frame: Frame)

    /// Does what only the terminal can; `suspend` returns when the process goes on.
    func perform(_ command: TerminalCommand)
}
