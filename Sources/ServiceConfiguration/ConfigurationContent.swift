package import TaskTypes

/// The content of a configuration file.
package struct ConfigurationContent: Sendable, Hashable {
    /// In the order of the file.
    package var types: [DeclaredType] = []
    /// In the order of the file.
    package var flags: [ConfiguredFlag] = []

    package init() {}
}

/// A flag of the command line that stands in the file.
package struct ConfiguredFlag: Sendable, Hashable {
    /// What stands after the name.
    package enum Kind: Sendable, Hashable {
        /// Nothing on the command line, `true` or `false` in the file.
        case toggle
        case value
    }

    /// The name without the dashes.
    package let name: String
    /// The words of the command line; none for a toggle that is off.
    package let arguments: [String]
    /// Where the value stands.
    package let position: Position

    package init(name: String, arguments: [String], position: Position) {
        self.name = name
        self.arguments = arguments
        self.position = position
    }
}

/// A place in a file.
package struct Position: Sendable, Hashable, Comparable {
    /// Counted from 1.
    package let line: Int
    /// Counted from 1, in code points.
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
