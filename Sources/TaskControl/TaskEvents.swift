package import TaskModel

/// What happens to the tasks while a client watches.
package protocol TaskEvents: Sendable {
    /// All tasks, the newest first, and meanwhile and from then on those that have changed, in batches.
    ///
    /// A batch holds what has changed since its reader took the one before, every task once, as it
    /// is now: a slow reader skips what lies between, and delays nothing. Ends with the service.
    func updates() async -> any AsyncSequence<TaskChanges, Never> & Sendable

    /// What the workers that are alive use of the machine, read now.
    func usage() async -> [TaskID: WorkerUsage]
}
