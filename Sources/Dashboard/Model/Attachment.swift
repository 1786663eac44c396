import TaskControl
import TaskModel

/// The connection to a service in another process.
struct Attachment: Sendable {
    /// The time of the last picture, once the connection is lost; `nil` while there is one.
    private(set) var lostAt: Moment?
    /// Why it is lost.
    private(set) var reason = ""
    /// The version of the service; `nil` if it is that of this program.
    private(set) var version: String?
    /// Whether some of the tasks have not been received yet.
    var isLoading = true
    /// How many tasks the service has; `nil` until that is known.
    private(set) var taskCount: Int?
    /// What the service's uptime is more than that of this program; `nil` until that is known.
    private var uptimeLead: Duration?

    mutating func markReached(_ health: ServiceHealth, at now: Moment) {
        lostAt = nil
        taskCount = health.counts.values.reduce(0, +)
        uptimeLead = .milliseconds(health.uptimeMilliseconds) - now.uptime
    }

    mutating func markLost(_ reason: String, at now: Moment) {
        lostAt = lostAt ?? now
        self.reason = reason
    }

    mutating func setVersion(_ version: String) {
        self.version = version == taskdeckVersion ? nil : version
    }

    /// The uptime of the service; `nil` if it is not known.
    func uptime(at now: Moment) -> Duration? {
        lostAt == nil ? uptimeLead.map { now.uptime + $0 } : nil
    }

    /// How long the connection has been lost: `12 s`; `nil` while there is one.
    func lossText(at now: Moment) -> String? {
        guard let lostAt else { return nil }
        let milliseconds = (now.uptime - lostAt.uptime).wholeMilliseconds
        return milliseconds < 100_000 ? "\(milliseconds / 1000) s" : Format.duration(milliseconds: milliseconds)
    }
}
