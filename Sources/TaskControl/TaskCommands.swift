package import TaskModel

/// Changes to the tasks and the queue.
package protocol TaskCommands: Sendable {
    /// Accepts a task and returns once it is on disk.
    ///
    /// - Parameter key: the client's name for this submission. Another submission with the same key within
    ///   ``IdempotencyKey/lifetime`` returns the task of the first.
    /// - Throws: ``TaskError/invalidFields(_:)``, ``TaskError/shuttingDown``,
    ///   ``TaskError/queueFull(limit:)``, ``TaskError/keyReused(_:)``,
    ///   ``TaskError/storageFull(reason:)``, ``TaskError/storageUnavailable(reason:)``.
    func submit(_ draft: TaskDraft, key: IdempotencyKey?) async throws(TaskError) -> Submission

    /// Accepts a new task with the data, options and program of one that has ended, and returns once it is on disk.
    ///
    /// - Parameter key: the client's name for this request; see ``submit(_:key:)``.
    /// - Throws: ``TaskError/notFound(_:)``, ``TaskError/notFinished(_:current:)``, and what
    ///   ``submit(_:key:)`` throws.
    func runAgain(_ id: TaskID, key: IdempotencyKey?) async throws(TaskError) -> Submission

    /// Performs an action and returns once it has had its effect.
    ///
    /// `pause` and `resume` have had their effect when the worker has acknowledged, `terminate` and `kill` when the
    /// process group is empty. Asking for the state that a task already has is not an error.
    ///
    /// - Throws: ``TaskError/notFound(_:)``, ``TaskError/invalidState(_:action:current:)``,
    ///   ``TaskError/workerUnresponsive(_:action:reason:)``, ``TaskError/storageUnavailable(reason:)``,
    ///   ``TaskError/shuttingDown``.
    func perform(_ action: TaskAction, on id: TaskID) async throws(TaskError) -> TaskRecord

    /// Moves a queued task to another place in the queue and returns once that is on disk.
    ///
    /// - Throws: ``TaskError/notFound(_:)``, ``TaskError/notQueued(_:current:)``,
    ///   ``TaskError/storageFull(reason:)``, ``TaskError/storageUnavailable(reason:)``.
    func reorder(_ id: TaskID, _ change: QueueChange) async throws(TaskError) -> TaskRecord

    /// Pauses or resumes the start of new tasks; tasks with a worker continue.
    ///
    /// - Throws: ``TaskError/storageFull(reason:)``, ``TaskError/storageUnavailable(reason:)``.
    func setQueuePaused(_ isPaused: Bool) async throws(TaskError) -> QueueStatus
}

extension TaskCommands {
    /// Runs a task again without a key; see ``runAgain(_:key:)``.
    package func runAgain(_ id: TaskID) async throws(TaskError) -> TaskRecord {
        try await runAgain(id, key: nil).record
    }

    /// Sets the priority of a queued task; see ``reorder(_:_:)``.
    package func setPriority(_ priority: Int, of id: TaskID) async throws(TaskError) -> TaskRecord {
        try await reorder(id, .priority(priority))
    }

    /// Moves a queued task to the front or to the end of its priority; see ``reorder(_:_:)``.
    package func move(_ id: TaskID, to end: QueueEnd) async throws(TaskError) -> TaskRecord {
        try await reorder(id, .position(end))
    }
}
