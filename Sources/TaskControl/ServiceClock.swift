import Glibc
package import TaskModel

/// Reads both clocks.
package struct ServiceClock: Sendable {
    private let start = ContinuousClock().now

    package init() {}

    /// Now, with the uptime since this value was made.
    package var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let milliseconds = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        return Moment(wall: Timestamp(milliseconds: milliseconds), uptime: ContinuousClock().now - start)
    }
}
