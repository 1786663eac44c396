import FoundationEssentials

/// A point in civil time, in whole milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z, leap seconds not counted.
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

extension Timestamp: CustomStringConvertible {
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// RFC 3339 in UTC with milliseconds: `2026-11-24T07:00:00.123Z`.
    package var description: String {
        // Half a millisecond more, since the style cuts off and a Double may lie just below.
        Date(timeIntervalSince1970: (Double(milliseconds) + 0.5) / 1000).formatted(Self.style)
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let date = try Self.style.parse(decoder.singleValueContainer().decode(String.self))
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A point in time on both clocks: the civil one for people, the monotonic one for intervals.
///
/// Deciding code is handed moments and never reads a clock, so a test can make time pass.
package struct Moment: Sendable, Hashable {
    /// What clocks on walls show; may jump.
    package let wall: Timestamp
    /// Time since an arbitrary start that no clock change moves.
    package let uptime: Duration

    package init(wall: Timestamp, uptime: Duration) {
        self.wall = wall
        self.uptime = uptime
    }
}

extension Duration {
    /// Whole milliseconds, cut off.
    package var wholeMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
