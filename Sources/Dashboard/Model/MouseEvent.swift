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
