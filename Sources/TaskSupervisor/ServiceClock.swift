import FoundationEssentials
import TaskModel

/// Reads both clocks.
struct ServiceClock: Sendable {
    private let start = ContinuousClock().now

    /// Now, with the uptime since this value was made.
    var now: Moment {
        let milliseconds = Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))
        return Moment(wall: Timestamp(milliseconds: milliseconds), uptime: ContinuousClock().now - start)
    }
}
