package import TaskModel

/// The changes since a reader received the ones before.
package struct TaskChanges: Sendable {
    /// New and changed tasks, as they are now.
    package var changed: [TaskRecord]
    /// Tasks that are not kept any longer.
    package var removed: [TaskID]
    /// Whether the reader has received all tasks that exist with these; over a connection they come in parts.
    package var isComplete: Bool
    /// The state of the queue.
    package var queue: QueueStatus
    /// Why no worker can be started at the moment; `nil` if one can.
    package var launchFailure: String?
    /// Why tasks cannot be stored at the moment; `nil` if they can.
    package var storageFailure: StorageFailure?

    package init(
        changed: [TaskRecord] = [], removed: [TaskID] = [], isComplete: Bool = true, queue: QueueStatus = QueueStatus(),
        launchFailure: String? = nil, storageFailure: StorageFailure? = nil
    ) {
        self.changed = changed
        self.removed = removed
        self.isComplete = isComplete
        self.queue = queue
        self.launchFailure = launchFailure
        self.storageFailure = storageFailure
    }
}
