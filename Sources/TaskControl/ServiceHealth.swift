package import TaskModel

/// What `GET /health` tells.
package struct ServiceHealth: Sendable, Hashable {
    /// Milliseconds since the service was made.
    package let uptimeMilliseconds: Int
    /// How many tasks are in each state; states without tasks may be missing.
    package let counts: [TaskState: Int]
    /// Whether the service has been told to end.
    package let isShuttingDown: Bool
    /// Why tasks cannot be stored at the moment; `nil` when they can.
    package let storeTrouble: String?
    /// Why no worker can be started at the moment, which keeps tasks queued; `nil` when one can.
    package let launchFailure: String?

    package init(
        uptimeMilliseconds: Int, counts: [TaskState: Int], isShuttingDown: Bool, storeTrouble: String? = nil,
        launchFailure: String? = nil
    ) {
        self.uptimeMilliseconds = uptimeMilliseconds
        self.counts = counts
        self.isShuttingDown = isShuttingDown
        self.storeTrouble = storeTrouble
        self.launchFailure = launchFailure
    }
}
