/// The values measured for one metric, in ascending order.
struct Distribution: Sendable {
    private(set) var values: [Double] = []

    init(_ values: [Double] = []) {
        self.values = values.sorted()
    }

    /// Merges the values of another distribution.
    mutating func add(_ other: Distribution) {
        values = (values + other.values).sorted()
    }

    var count: Int { values.count }
    var median: Double { percentile(50) }

    /// The smallest value that is at least as large as `percent` per cent of all; 0 if there are none.
    func percentile(_ percent: Int) -> Double {
        guard !values.isEmpty else { return 0 }
        return values[max(0, (values.count * percent + 99) / 100 - 1)]
    }
}

/// Returns the duration of `body`, in milliseconds.
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
