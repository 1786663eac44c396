import Glibc
package import TaskModel

/// The civil clock and the monotonic one.
package struct ServiceClock: Sendable {
    private let start = ContinuousClock().now

    package init() {}

    /// The current time, with the uptime since this value was created.
    package var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let milliseconds = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        return Moment(wall: Timestamp(milliseconds: milliseconds), uptime: ContinuousClock().now - start)
    }
}
