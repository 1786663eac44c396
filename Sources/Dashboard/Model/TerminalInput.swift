/// A key, as the terminal tells of it.
package enum Key: Sendable, Hashable {
    case character(Unicode.Scalar)
    /// A letter in lower case, or a space, with the control key.
    case control(Unicode.Scalar)
    case up, down, left, right
    case pageUp, pageDown, home, end
    case enter, escape, tab, backTab, backspace, delete
    /// F1 is 1.
    case function(Int)
}

/// What a mouse did.
package struct MouseEvent: Sendable, Hashable {
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// The first button went down.
        case press
        case wheelUp, wheelDown
    }

    package let kind: Kind
    package let position: Position

    package init(_ kind: Kind, at position: Position) {
        self.kind = kind
        self.position = position
    }
}

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
