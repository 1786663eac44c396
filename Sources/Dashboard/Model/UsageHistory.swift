/// The usage of all workers together, one sample a second.
struct UsageHistory: Sendable {
    /// The number of samples: three minutes.
    static let capacity = 180

    private(set) var cpuPercents: [Double] = []
    private(set) var memory = MemoryUsage()

    var cpuPercent: Double { cpuPercents.last ?? 0 }

    mutating func add(cpuPercent: Double, memory: MemoryUsage) {
        self.memory = memory
        if cpuPercents.count == Self.capacity { cpuPercents.removeFirst() }
        cpuPercents.append(cpuPercent)
    }

    /// The means of `count` equal parts of the three minutes, the newest last; 0 for a part without samples.
    func means(_ count: Int) -> [Double] {
        guard count > 0 else { return [] }
        let part = max(1, Self.capacity / count)
        return (0..<count).map { index in
            // Counted from the end, so that the samples of a part stay together as the history grows.
            let end = cpuPercents.count - (count - 1 - index) * part
            let samples = cpuPercents[max(0, end - part)..<max(0, end)]
            return samples.isEmpty ? 0 : samples.reduce(0, +) / Double(samples.count)
        }
    }
}
