package import TaskModel

/// Changes of the tasks, and what their workers use.
package protocol TaskEvents: Sendable {
    /// All tasks, newest first, and from then on those that have changed, in batches.
    ///
    /// A batch has every task once, as it is now, that has changed since its reader received the batch before: a slow
    /// reader skips the changes between and delays no others. Ends with the service.
    func updates() async -> any AsyncSequence<TaskChanges, Never> & Sendable

    /// The resources that the workers use, read now.
    func usage() async -> [TaskID: WorkerUsage]
}
