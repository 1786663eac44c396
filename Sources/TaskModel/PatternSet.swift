/// A set of characters.
struct PatternSet: Sendable {
    /// In order, without overlaps.
    private var ranges: [ClosedRange<UInt32>] = []
    private static let last: UInt32 = 0x10FFFF

    init() {}

    init(_ scalar: Unicode.Scalar) {
        ranges = [scalar.value...scalar.value]
    }

    init(_ range: ClosedRange<Unicode.Scalar>) {
        ranges = [range.lowerBound.value...range.upperBound.value]
    }

    private init(_ ranges: [ClosedRange<Unicode.Scalar>]) {
        for range in ranges { formUnion(PatternSet(range)) }
    }

    static let digits = PatternSet("0"..."9")
    static let words = PatternSet(["0"..."9", "A"..."Z", "_"..."_", "a"..."z"])
    static let spaces = PatternSet(["\t"..."\r", " "..." "])
    static let anyButLineFeed = PatternSet("\n").inverted

    mutating func formUnion(_ other: PatternSet) {
        var merged: [ClosedRange<UInt32>] = []
        for range in (ranges + other.ranges).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        ranges = merged
    }

    var inverted: PatternSet {
        var inverted = PatternSet()
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { inverted.ranges.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.last { inverted.ranges.append(next...Self.last) }
        return inverted
    }

    /// The character, if it is one alone.
    var onlyScalar: Unicode.Scalar? {
        guard ranges.count == 1, ranges[0].count == 1 else { return nil }
        return Unicode.Scalar(ranges[0].lowerBound)
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        // Nearly all sets have one to four.
        if ranges.count <= 4 { return ranges.contains { $0.contains(value) } }
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= value
    }
}
