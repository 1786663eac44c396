import TaskModel

/// Which task's worker is being asked for a detail: only one at a time, however fast the selection moves.
struct DetailReading: Sendable, Hashable {
    /// The task whose worker has not answered yet.
    var pending: TaskID?
    /// When the last question for the side was asked, in uptime.
    var lastSideRequest: Duration?

    static let sideInterval = Duration.seconds(1)
}
