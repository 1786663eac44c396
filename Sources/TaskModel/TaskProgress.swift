/// How far a task has come.
package struct TaskProgress: Sendable, Hashable, Codable {
    /// Units done: items, phases or batches.
    package var done: Int
    /// Units in all.
    package var total: Int
    /// 0…1; finer than `done / total` where a unit is long.
    package var fraction: Double
    /// What is being worked on, in words.
    package var step: String?

    package init(done: Int, total: Int, fraction: Double? = nil, step: String? = nil) {
        self.done = done
        self.total = total
        self.fraction = fraction ?? (total > 0 ? Double(done) / Double(total) : 0)
        self.step = step
    }

    /// Whether the numbers can be true; a worker that reports others is broken.
    package var isPlausible: Bool {
        done >= 0 && total >= done && fraction >= 0 && fraction <= 1
    }

    private enum CodingKeys: String, CodingKey {
        case done, total, fraction, step
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(done, forKey: .done)
        try container.encode(total, forKey: .total)
        try container.encode((fraction * 10_000).rounded() / 10_000, forKey: .fraction)
        try container.encode(step, forKey: .step)
    }
}
