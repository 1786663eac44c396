/// A task's name: a ULID, 26 characters that sort by the time of creation.
///
/// The first 48 of its 128 bits are milliseconds since 1970, the others random
/// (https://github.com/ulid/spec).
package struct TaskID: Sendable, Hashable {
    fileprivate let high: UInt64
    fileprivate let low: UInt64

    fileprivate init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Crockford's base 32: no I, L, O or U.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let length = 26

    /// Reads the canonical, upper-case text; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        let digits = text.utf8
        guard digits.count == Self.length else { return nil }
        var value: UInt128 = 0
        for (position, character) in digits.enumerated() {
            guard let digit = Self.alphabet.firstIndex(of: character) else { return nil }
            // 26 digits of 5 bits are 130: the first one may only use the lower three.
            guard position > 0 || digit < 8 else { return nil }
            value = value << 5 | UInt128(digit)
        }
        self.init(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
    }
}

extension TaskID: CustomStringConvertible {
    package var description: String {
        let value = UInt128(high) << 64 | UInt128(low)
        return String(unsafeUninitializedCapacity: Self.length) { buffer in
            for position in 0..<Self.length {
                let shift = UInt128(5 * (Self.length - 1 - position))
                buffer[position] = Self.alphabet[Int(truncatingIfNeeded: value >> shift & 31)]
            }
            return Self.length
        }
    }
}

extension TaskID: Comparable {
    package static func < (left: TaskID, right: TaskID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension TaskID: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        guard let id = TaskID(try String(json: json)) else { throw JSONShapeError("not a ULID") }
        self = id
    }

    package func write(to json: inout JSONWriter) { json.string(description) }
}

/// Makes ids that only ever grow, also within a millisecond and when the clock is set back.
package struct TaskIDGenerator: Sendable {
    private var last: TaskID?

    package init() {}

    /// The next id, made at `time`.
    ///
    /// - Parameter random: of which the lower 80 bits are used.
    package mutating func next(at time: Timestamp, random: UInt128 = .random(in: .min ... .max)) -> TaskID {
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
        var id = TaskID(
            high: milliseconds << 16 | UInt64(UInt16(truncatingIfNeeded: random >> 64)),
            low: UInt64(truncatingIfNeeded: random))
        if let last, id <= last {
            let (low, carry) = last.low.addingReportingOverflow(1)
            id = TaskID(high: carry ? last.high &+ 1 : last.high, low: low)
        }
        last = id
        return id
    }
}
