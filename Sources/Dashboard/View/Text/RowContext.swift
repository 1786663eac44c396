// The neighbors of a row within the same line of a wrapped text.
extension Substring {
    /// The scalars after the row, at most `count`.
    func following(_ count: Int) -> Substring {
        Substring(base.unicodeScalars[endIndex...].prefix(Swift.max(0, count)).prefix { !Character($0).isNewline })
    }

    /// The scalars before the row, at most `count`.
    func preceding(_ count: Int) -> Substring {
        let scalars = base.unicodeScalars[..<startIndex].suffix(Swift.max(0, count))
        let lineEnd = scalars.lastIndex { Character($0).isNewline }
        return Substring(scalars[(lineEnd.map(scalars.index(after:)) ?? scalars.startIndex)...])
    }
}
