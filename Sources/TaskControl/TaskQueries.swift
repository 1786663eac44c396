package import TaskModel

/// The tasks, the queue and the service as they are now.
///
/// What needs no storage fails only where the service is reached over a connection, by ``TaskError/remote(_:)``.
package protocol TaskQueries: Sendable {
    /// The record of a task; `nil` if there is no such task.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func task(_ id: TaskID) async throws(TaskError) -> TaskRecord?

    /// The record of a task in JSON; `nil` if there is no such task.
    ///
    /// - Parameter fields: the members that are needed; others may be missing.
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func encodedTask(_ id: TaskID, _ fields: RecordFields) async throws(TaskError) -> EncodedRecord?

    /// The record of a task and the answer of its worker, which is asked now; `nil` if there is no such task.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func detail(_ id: TaskID) async throws(TaskError) -> TaskDetail?

    /// The first of the matching tasks: at most as many as one page should have.
    ///
    /// ``TaskPage/next`` is where the next page begins.
    ///
    /// - Parameter fields: the members that are needed; others may be missing.
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func tasks(_ query: TaskQuery, _ fields: RecordFields) async throws(TaskError) -> TaskPage

    /// The state of the queue.
    func queue() async throws(TaskError) -> QueueStatus

    /// The state of the service.
    func health() async throws(TaskError) -> ServiceHealth

    /// The task types, in the order in which to offer them.
    func taskTypes() async throws(TaskError) -> [TaskTypeDescription]

    /// The tasks that have not ended, and those that have ended at a time or later, by age.
    ///
    /// Of very many ended tasks only the last are included.
    ///
    /// - Parameter limit: the most queued tasks, in the order in which they will be started; others are counted.
    func current(since time: Timestamp, waiting limit: Int) async throws(TaskError) -> CurrentTasks
}

extension TaskQueries {
    package func encodedTask(_ id: TaskID, _ fields: RecordFields) async throws(TaskError) -> EncodedRecord? {
        try await task(id).map(EncodedRecord.init)
    }

    /// The first of the matching tasks with all members; see ``tasks(_:_:)``.
    package func tasks(_ query: TaskQuery) async throws(TaskError) -> TaskPage {
        try await tasks(query, .all)
    }
}
