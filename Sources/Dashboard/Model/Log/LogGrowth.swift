/// The height of the log.
///
/// It grows in steps as the log fills, so that not every line moves the table.
struct LogGrowth: Sendable, Hashable {
    private static let step = 4

    /// The number of lines below the title.
    private(set) var lines = step
    private var measured: Measure?

    /// The input of the last count.
    struct Measure: Sendable, Hashable {
        let size: Size
        /// The number of records so far.
        let total: Int
        /// Whether the log covers the table.
        let isFull: Bool
    }

    /// Grows to the lines that there are; shrinks only when the screen size changes.
    ///
    /// - Parameter count: Returns the number of lines, at most `maximum`.
    mutating func update(_ measure: Measure, maximum: Int, count: (_ maximum: Int) -> Int) {
        guard measure != measured else { return }
        if measure.size != measured?.size { lines = Self.step }
        measured = measure
        guard lines < maximum, !measure.isFull else { return }
        let steps = (count(maximum) + Self.step - 1) / Self.step
        lines = max(lines, steps * Self.step)
    }
}
