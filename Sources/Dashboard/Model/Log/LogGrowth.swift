/// How far the log has grown: it gets what it fills, in steps, so that not every line moves the table.
struct LogGrowth: Sendable, Hashable {
    private static let step = 4

    /// Lines below the title.
    private(set) var lines = step
    private var measured: Measure?

    /// What the lines were counted of.
    struct Measure: Sendable, Hashable {
        let size: Size
        /// Records that there have been.
        let total: Int
        /// Whether the log takes the table's place.
        let isFull: Bool
    }

    /// Grows to what is needed; it becomes smaller only with another size of the screen.
    ///
    /// - Parameter count: counts the lines that there are, as far as `maximum`.
    mutating func update(_ measure: Measure, maximum: Int, count: (_ maximum: Int) -> Int) {
        guard measure != measured else { return }
        if measure.size != measured?.size { lines = Self.step }
        measured = measure
        guard lines < maximum, !measure.isFull else { return }
        let steps = (count(maximum) + Self.step - 1) / Self.step
        lines = max(lines, steps * Self.step)
    }
}
