package import JSON

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

extension Timestamp: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        guard let time = Timestamp(try String(json: json)) else { throw JSONShapeError("not a time of RFC 3339") }
        self = time
    }

    package func write(to json: inout JSONWriter) { json.string(description) }
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
