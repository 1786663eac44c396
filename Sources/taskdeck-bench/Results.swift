/// The values measured for each metric.
typealias Results = [Metric: Distribution]

extension Results {
    /// Merges other results, metric by metric.
    mutating func add(_ other: Results) {
        merge(other) { one, other in
            var sum = one
            sum.add(other)
            return sum
        }
    }
}
