import TaskModel

/// From the launch until the worker's first line.
struct Starting: Sendable {
    let since: Moment
    /// When its port must be open, in uptime; `nil` until there is a process.
    var openBy: Duration?
    /// Sent to the worker once its port is open.
    var controls: [PendingControl] = []
}
