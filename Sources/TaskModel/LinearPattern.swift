/// A regular expression that is matched in linear time: whatever the pattern, the work for a text grows with the product
/// of their lengths, never faster.
///
/// It has characters, `.`, classes such as `[a-z_]` and `[^0-9]`, `\d \s \w` and `\D \S \W`, `\t \n \r`, groups `( )` and
/// `(?: )`, alternatives `|`, repetitions `* + ? {m} {m,} {m,n}`, which prefer more, or less with a `?` behind them, and
/// the assertions `^ $ \b \B`. `.` and negated classes match every character but a line feed, or a line feed too;
/// `^` and `$` match at the ends of the text. Anything else, such as references to groups and lookaround, is refused.
///
/// Patterns match as in Perl: the leftmost match, and of alternatives the first.
package struct LinearPattern: Sendable, Hashable {
    /// The most characters of a pattern.
    package static let lengthLimit = 1000
    /// The most instructions of a program: repetitions of repetitions make short patterns large.
    static let programLimit = 2000
    /// The most groups that are captured.
    static let groupLimit = 20

    package let source: String
    /// The number of groups that are captured.
    package let groupCount: Int
    private let program: [PatternInstruction]

    /// - Throws: ``PatternError`` for a pattern that cannot be matched.
    package init(_ source: String) throws(PatternError) {
        var parser = PatternParser(source)
        let node = try parser.parse()
        var compiler = PatternCompiler()
        try compiler.compile(node)
        self.source = source
        groupCount = parser.groupCount
        program = compiler.program
    }

    package static func == (left: LinearPattern, right: LinearPattern) -> Bool { left.source == right.source }

    package func hash(into hasher: inout Hasher) { hasher.combine(source) }

    /// Whether the pattern matches anywhere in a text.
    package func occurs(in text: String) -> Bool { firstMatch(in: text) != nil }

    /// The leftmost match in a text; `nil` without one.
    package func firstMatch(in text: String) -> PatternMatch? {
        var steps = 0
        return firstMatch(in: text, steps: &steps)
    }

    /// - Parameter steps: counts the instructions that are carried out.
    func firstMatch(in text: String, steps: inout Int) -> PatternMatch? {
        let scalars = Array(text.unicodeScalars)
        var matcher = PatternMatcher(program, slots: 2 * (groupCount + 1), scalars)
        defer { steps += matcher.steps }
        return matcher.run().map { slots in
            PatternMatch(
                groups: (0...groupCount).map { group in
                    let (start, end) = (slots[2 * group], slots[2 * group + 1])
                    guard start >= 0, end >= start else { return nil }
                    return String(String.UnicodeScalarView(scalars[start..<end]))
                })
        }
    }
}

/// A match of a pattern.
package struct PatternMatch: Sendable, Hashable {
    /// The whole match, and what each group has matched; `nil` for a group that took no part.
    package let groups: [String?]
}

/// Why a pattern cannot be used.
package struct PatternError: Error, Hashable, CustomStringConvertible {
    package let reason: String
    /// The character of the pattern, from 1; `nil` for the pattern as a whole.
    package let position: Int?

    package init(_ reason: String, at position: Int? = nil) {
        self.reason = reason
        self.position = position
    }

    package var description: String { position.map { "\(reason), at character \($0)" } ?? reason }
}
