import JSON

/// One range of a `Range` header (RFC 9110, 14.1.2).
enum ByteRange: Equatable {
    /// From a byte on, up to and including another one, or to the end.
    case from(Int, through: Int?)
    /// The last bytes.
    case suffix(Int)

    /// - Returns: `nil` for several ranges, other units and malformed text, all of which a server may ignore.
    init?(_ header: String) {
        let parts = header.parts(separatedBy: "=", atMost: 2)
        guard parts.count == 2, parts[0].trimmingBlanks.equalsIgnoringCase("bytes") else { return nil }
        let bounds = parts[1].trimmingBlanks.parts(separatedBy: "-")
        guard bounds.count == 2 else { return nil }
        switch (Int(digits: bounds[0]), Int(digits: bounds[1])) {
        case (let first?, let last?) where first <= last: self = .from(first, through: last)
        case (let first?, nil) where bounds[1].isEmpty: self = .from(first, through: nil)
        case (nil, let count?) where bounds[0].isEmpty: self = .suffix(count)
        default: return nil
        }
    }

    /// The bytes of a content; `nil` if it has none of them.
    func bytes(of size: Int) -> Range<Int>? {
        let range =
            switch self {
            case .from(let first, let last):
                min(first, size)..<max(min(first, size), min(last.map { $0 < Int.max ? $0 + 1 : $0 } ?? size, size))
            case .suffix(let count): max(0, size - count)..<size
            }
        return range.isEmpty ? nil : range
    }
}
