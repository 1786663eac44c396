package import JSON

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
    /// What each character stands for; those that stand for nothing have 255.
    private static let digits: [UInt8] = (0...UInt8.max).map { character in
        alphabet.firstIndex(of: character).map { UInt8($0) } ?? .max
    }
    private static let length = 26

    /// Reads the canonical, upper-case text; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == Self.length else { return nil }
        let digits = Self.digits
        var (high, low): (UInt64, UInt64) = (0, 0)
        for character in String(text).utf8 {
            let digit = UInt64(digits[Int(character)])
            // 26 digits of 5 bits are 130: the first one may only use the lower three.
            guard digit < 32, high >> 59 == 0 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | digit
        }
        self.init(high: high, low: low)
    }
}

extension TaskID {
    /// The time in the id: that of its creation, unless the clock was set back before.
    package var time: Timestamp { Timestamp(milliseconds: Int64(min(high >> 16, Self.lastMillisecond))) }

    /// The last one of the year 9999, beyond which RFC 3339 does not go.
    private static let lastMillisecond: UInt64 = 253_402_300_799_999
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

    /// - Parameter last: the greatest id of those that were made before; `nil` if there is none.
    package init(after last: TaskID? = nil) {
        self.last = last
    }

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
