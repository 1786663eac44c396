import FoundationEssentials

/// A point in civil time, in whole milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z, leap seconds not counted.
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// How long after another time it is; negative for a later one.
    package func since(_ other: Timestamp) -> Duration {
        // A time may come from a client, and be as far away as can be written.
        let (difference, overflows) = milliseconds.subtractingReportingOverflow(other.milliseconds)
        return .milliseconds(overflows ? (milliseconds < other.milliseconds ? Int64.min : .max) : difference)
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

extension Timestamp {
    private static let wholeSeconds = Date.ISO8601FormatStyle()

    /// Reads a time of RFC 3339, with or without a fraction of a second; `nil` for anything else.
    package init?(_ text: String) {
        guard let date = (try? Self.style.parse(text)) ?? (try? Self.wholeSeconds.parse(text)) else { return nil }
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        guard let exact = Int64(exactly: milliseconds) else { return nil }
        self.init(milliseconds: exact)
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a time of RFC 3339")
        }
        self = time
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
