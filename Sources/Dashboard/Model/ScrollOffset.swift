/// The position of a text that is scrolled by lines.
struct ScrollOffset: Sendable, Hashable {
    /// The first line on the screen.
    private(set) var top = 0

    /// Scrolls by a motion, in a text of `count` lines of which `page` are on the screen.
    mutating func move(_ motion: Motion, count: Int, page: Int) {
        top = motion.moved(top, count: max(1, count - page + 1), page: page)
    }

    /// Scrolls to a line, as far as the text reaches.
    mutating func scroll(to line: Int, count: Int, page: Int) {
        top = max(0, min(line, count - page))
    }

    /// Limits the position to a text of `count` lines.
    mutating func clamp(count: Int, page: Int) {
        scroll(to: top, count: count, page: page)
    }
}
