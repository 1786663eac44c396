package import TaskModel

/// The tasks that a status dump is about.
package struct CurrentTasks: Sendable {
    /// By age.
    package let records: [TaskRecord]
    /// How many more wait.
    package let othersWaiting: Int

    package init(records: [TaskRecord], othersWaiting: Int) {
        self.records = records
        self.othersWaiting = othersWaiting
    }
}
