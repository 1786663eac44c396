package import TaskModel

/// Changes to the tasks and the queue, for the REST API, the dashboard and the command line alike.
package protocol TaskCommands: Sendable {
    /// Accepts a task, which will have a worker when its turn comes; returns when it is on disk.
    ///
    /// - Parameter key: what the client calls this submission. The second one with the same key, within
    ///   ``IdempotencyKey/lifetime``, brings the task of the first.
    /// - Throws: ``TaskError/invalidFields(_:)``, ``TaskError/shuttingDown``,
    ///   ``TaskError/queueFull(limit:)``, ``TaskError/keyReused(_:)``,
    ///   ``TaskError/storageFull(reason:)``, ``TaskError/storageUnavailable(reason:)``.
    func submit(_ draft: TaskDraft, key: IdempotencyKey?) async throws(TaskError) -> Submission

    /// Performs an action and answers once it has had its effect: `pause` and `resume` when the
    /// worker has acknowledged, `terminate` and `kill` when the process group is empty.
    ///
    /// Asking for the state that a task already has is not an error.
    ///
    /// - Throws: ``TaskError/notFound(_:)``, ``TaskError/invalidState(_:action:current:)``,
    ///   ``TaskError/workerUnresponsive(_:action:reason:)``.
    func perform(_ action: TaskAction, on id: TaskID) async throws(TaskError) -> TaskRecord

    /// Gives a task that waits another place in the queue; returns when that is on disk.
    ///
    /// - Throws: ``TaskError/notFound(_:)``, ``TaskError/notQueued(_:current:)``, and those of storage.
    func reorder(_ id: TaskID, _ change: QueueChange) async throws(TaskError) -> TaskRecord

    /// Holds the start of new tasks, or releases it; what has a worker goes on.
    ///
    /// - Throws: Those of storage.
    func holdQueue(_ isHeld: Bool) async throws(TaskError) -> QueueStatus
}

extension TaskCommands {
    /// Gives a task that waits another priority; see ``reorder(_:_:)``.
    package func setPriority(_ priority: Int, of id: TaskID) async throws(TaskError) -> TaskRecord {
        try await reorder(id, .priority(priority))
    }

    /// Moves a task that waits to the front or to the end of those with its priority; see ``reorder(_:_:)``.
    package func move(_ id: TaskID, to end: QueueEnd) async throws(TaskError) -> TaskRecord {
        try await reorder(id, .position(end))
    }
}
