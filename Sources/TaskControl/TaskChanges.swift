package import TaskModel

/// What has changed among the tasks since somebody last looked.
package struct TaskChanges: Sendable {
    /// Tasks that are new or different, as they are now.
    package var changed: [TaskRecord]
    /// Tasks that are not kept any more.
    package var removed: [TaskID]
    /// How the queue is now.
    package var queue: QueueStatus
    /// Why no worker can be started at the moment; `nil` when one can.
    package var launchFailure: String?
    /// Why tasks cannot be stored at the moment; `nil` when they can.
    package var storageFailure: StorageFailure?

    package init(
        changed: [TaskRecord] = [], removed: [TaskID] = [], queue: QueueStatus = QueueStatus(),
        launchFailure: String? = nil, storageFailure: StorageFailure? = nil
    ) {
        self.changed = changed
        self.removed = removed
        self.queue = queue
        self.launchFailure = launchFailure
        self.storageFailure = storageFailure
    }
}
