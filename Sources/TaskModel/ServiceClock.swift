import FoundationEssentials

/// Reads both clocks.
package struct ServiceClock: Sendable {
    private let start = ContinuousClock().now

    package init() {}

    /// Now, with the uptime since this value was made.
    package var now: Moment {
        let milliseconds = Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))
        return Moment(wall: Timestamp(milliseconds: milliseconds), uptime: ContinuousClock().now - start)
    }
}
