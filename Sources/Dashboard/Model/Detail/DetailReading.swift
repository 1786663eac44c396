import TaskModel

/// The pending request for a detail.
///
/// There is only one at a time, however fast the selection moves.
struct DetailReading: Sendable, Hashable {
    /// The task whose detail was requested and has not arrived.
    var pending: TaskID?
    /// The time of the last request for the side, in uptime.
    var lastSideRequest: Duration?

    static let sideInterval = Duration.seconds(1)
}
