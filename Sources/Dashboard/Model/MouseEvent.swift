/// An event of the mouse.
package struct MouseEvent: Sendable, Hashable {
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// The first button was pressed.
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
