package import TaskModel

/// The tasks of a status dump.
package struct CurrentTasks: Sendable {
    /// By age.
    package let records: [TaskRecord]
    /// The number of queued tasks that are not among ``records``.
    package let othersWaiting: Int

    package init(records: [TaskRecord], othersWaiting: Int) {
        self.records = records
        self.othersWaiting = othersWaiting
    }
}
