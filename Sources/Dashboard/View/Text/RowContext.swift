// What stands beside a row of a text that has been wrapped, on the same line of that text.
extension Substring {
    /// The scalars behind it, at most so many.
    func following(_ count: Int) -> Substring {
        Substring(base.unicodeScalars[endIndex...].prefix(Swift.max(0, count)).prefix { !Character($0).isNewline })
    }

    /// The scalars before it, at most so many.
    func preceding(_ count: Int) -> Substring {
        let scalars = base.unicodeScalars[..<startIndex].suffix(Swift.max(0, count))
        let lineEnd = scalars.lastIndex { Character($0).isNewline }
        return Substring(scalars[(lineEnd.map(scalars.index(after:)) ?? scalars.startIndex)...])
    }
}
