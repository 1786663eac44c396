import TaskModel

/// The state of the queue in words.
enum QueueText {
    /// `open, 2 of 8 active, 5 queued`.
    static func line(_ queue: QueueStatus) -> String {
        let limit = queue.maxRunning.map { " of \($0)" } ?? ""
        return "\(queue.isPaused ? "paused" : "open"), \(queue.active)\(limit) active, \(queue.queued) queued"
    }
}
