package import TaskModel

/// A regular expression that a whole text must match.
package struct TextPattern: Sendable, Hashable {
    /// The text of the expression.
    package let text: String
    private let pattern: LinearPattern

    /// - Throws: ``PatternError`` for an expression that cannot be matched.
    package init(_ text: String) throws(PatternError) {
        // Alone first, so that positions in errors are right.
        _ = try LinearPattern(text)
        pattern = try LinearPattern("^(?:\(text))$")
        self.text = text
    }

    /// Whether the expression matches a whole text.
    func matches(_ text: String) -> Bool { pattern.occurs(in: text) }
}
