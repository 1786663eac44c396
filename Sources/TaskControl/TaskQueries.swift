package import TaskModel

/// The tasks, the queue and the service as they are now.
package protocol TaskQueries: Sendable {
    /// One task's record; `nil` when there is no such task.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func task(_ id: TaskID) async throws(TaskError) -> TaskRecord?

    /// One task's record and what its worker itself says, asked now; `nil` when there is no such task.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func detail(_ id: TaskID) async throws(TaskError) -> TaskDetail?

    /// The first of the tasks that match, oldest first: as many as can be told in a moment and are good to have in
    /// memory at once; ``TaskPage/next`` says where the others begin.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func tasks(_ query: TaskQuery) async throws(TaskError) -> TaskPage

    /// How the queue is.
    func queue() async -> QueueStatus

    /// How the service is.
    func health() async -> ServiceHealth

    /// The kinds of task there are, in the order in which to offer them.
    func taskTypes() async -> [TaskTypeDescription]

    /// The tasks that live, and those that have ended at a time or later, of very many the last; by age.
    ///
    /// - Parameter limit: the most tasks that wait, in the order in which they will be started; others are counted.
    func current(since time: Timestamp, waiting limit: Int) async -> CurrentTasks
}
