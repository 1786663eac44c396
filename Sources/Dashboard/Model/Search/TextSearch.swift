/// A case-insensitive text search.
struct TextSearch: Sendable, Hashable {
    /// The text as typed.
    let text: String
    private let needle: [Unicode.Scalar]

    init(_ text: String) {
        self.text = text
        needle = text.unicodeScalars.map(Self.folded)
    }

    var isEmpty: Bool { needle.isEmpty }
    /// The length in Unicode scalars.
    var length: Int { needle.count }

    /// Whether the text occurs in `other`.
    func occurs(in other: some StringProtocol) -> Bool {
        guard let first = needle.first else { return false }
        let scalars = other.unicodeScalars
        var start = scalars.startIndex
        while start < scalars.endIndex {
            let next = scalars.index(after: start)
            if Self.folded(scalars[start]) == first,
                zip(needle.dropFirst(), scalars[next...]).allSatisfy({ $0 == Self.folded($1) }),
                needle.count == 1 || scalars.index(next, offsetBy: needle.count - 1, limitedBy: scalars.endIndex) != nil
            {
                return true
            }
            start = next
        }
        return false
    }

    /// The ranges of all matches, without overlaps.
    func ranges(in scalars: [Unicode.Scalar]) -> [Range<Int>] {
        guard let first = needle.first, scalars.count >= needle.count else { return [] }
        var ranges: [Range<Int>] = []
        var start = 0
        while start + needle.count <= scalars.count {
            if Self.folded(scalars[start]) == first,
                zip(needle, scalars[start...]).allSatisfy({ $0 == Self.folded($1) })
            {
                ranges.append(start..<start + needle.count)
                start += needle.count
            } else {
                start += 1
            }
        }
        return ranges
    }

    /// The lowercase form, if that is a single scalar: a match has as many scalars as the text.
    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII {
            return (65...90).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
        }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower.first ?? scalar : scalar
    }
}
