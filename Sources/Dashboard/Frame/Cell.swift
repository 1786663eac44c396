/// A character cell.
package struct Cell: Sendable, Hashable {
    /// The character; `nil` for the right half of a wide character.
    package var scalar: Unicode.Scalar?
    /// The combining marks on the character.
    package var marks: [Unicode.Scalar]
    package var style: Style

    package init(_ scalar: Unicode.Scalar?, marks: [Unicode.Scalar] = [], style: Style = .plain) {
        self.scalar = scalar
        self.marks = marks
        self.style = style
    }

    static let blank = Cell(" ")
}
