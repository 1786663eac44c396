/// The terminal interface of the dashboard, for use on a single thread.
package protocol TerminalDevice {
    /// The size in cells, as of the last input.
    var size: Size { get }
    var capabilities: Capabilities { get }

    /// Waits for input or a wake-up, at most `limit`; `nil` means indefinitely.
    ///
    /// - Returns: The inputs in order; empty after a wake-up or a timeout.
    func wait(for limit: Duration?) -> [TerminalInput]

    /// Discards keys, pasted text and mouse events that have arrived and were not returned, as many as one read brings.
    ///
    /// - Returns: Whether there was input.
    func discardInput() -> Bool

    /// Shows a frame, drawing only the differences.
    func show(_ frame: Frame)

    /// Performs a command; `suspend` returns when the process continues.
    func perform(_ command: TerminalCommand)
}
