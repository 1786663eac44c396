import Glibc
package import TaskModel

/// The time of a record, as a log has it: `2026-11-25T22:36:30.038123456Z`.
package struct OutputTime: Sendable, Hashable, Comparable {
    static let length = 30
    /// The length of a time without its fraction.
    private static let secondsLength = 19

    /// Since 1970-01-01T00:00:00Z.
    private let seconds: Int
    /// 0…999,999,999.
    private let nanoseconds: Int

    /// - Parameter nanoseconds: 0…999,999,999.
    package init(seconds: Int, nanoseconds: Int) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    package init(_ time: Timestamp) {
        let (quotient, remainder) = time.milliseconds.quotientAndRemainder(dividingBy: 1000)
        let isBefore = remainder < 0
        self.init(
            seconds: Int(quotient) - (isBefore ? 1 : 0),
            nanoseconds: (Int(remainder) + (isBefore ? 1000 : 0)) * 1_000_000)
    }

    /// The current time.
    package static func now() -> OutputTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return OutputTime(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }

    package static func < (left: OutputTime, right: OutputTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The text in ASCII, ``length`` bytes.
    ///
    /// - Parameter previous: a time with its text, from which that of the same second is built.
    func text(after previous: (time: OutputTime, text: [UInt8])? = nil) -> [UInt8] {
        var text: [UInt8]
        if let previous, previous.time.seconds == seconds {
            text = previous.text
        } else {
            // Text of a fixed length: years that have more than four digits are far away.
            let clamped = min(max(seconds, -62_167_219_200), 253_402_300_799)
            text = Array(Timestamp(milliseconds: Int64(clamped) * 1000).description.utf8.prefix(Self.secondsLength))
            text.append(UInt8(ascii: "."))
            text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 9))
            text.append(UInt8(ascii: "Z"))
        }
        var rest = nanoseconds
        for position in stride(from: Self.length - 2, to: Self.secondsLength, by: -1) {
            text[position] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        return text
    }
}
