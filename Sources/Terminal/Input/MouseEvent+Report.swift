import Dashboard

extension MouseEvent {
    /// The event of a mouse report; `nil` for events that the dashboard does not use.
    ///
    /// - Parameters:
    ///   - button: The button and modifiers, encoded as in xterm.
    ///   - column: The column, counted from 1.
    ///   - row: The row, counted from 1.
    init?(button: Int, column: Int, row: Int) {
        // Bits 2 to 4 are Shift, Meta and Control.
        let kind: Kind
        switch button & ~0b11100 {
        case 0: kind = .press
        case 64: kind = .wheelUp
        case 65: kind = .wheelDown
        default: return nil
        }
        guard column > 0, row > 0 else { return nil }
        self.init(kind, at: Position(x: column - 1, y: row - 1))
    }
}
