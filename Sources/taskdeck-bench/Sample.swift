/// What was measured, over and over.
struct Sample: Sendable {
    private(set) var values: [Double] = []

    init(_ values: [Double] = []) {
        self.values = values.sorted()
    }

    mutating func add(_ other: Sample) {
        values = (values + other.values).sorted()
    }

    var count: Int { values.count }
    var median: Double { percentile(50) }

    /// The smallest value that at least so many per cent are not above; 0 without values.
    func percentile(_ percent: Int) -> Double {
        guard !values.isEmpty else { return 0 }
        return values[max(0, (values.count * percent + 99) / 100 - 1)]
    }
}

/// How long something takes, in milliseconds.
func milliseconds<E: Error>(_ body: () throws(E) -> Void) throws(E) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try body()
    return (clock.now - start).milliseconds
}

extension Duration {
    var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
    }
}
