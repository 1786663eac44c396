package import TaskModel

/// A part of the list of tasks.
package struct TaskPage: Sendable {
    /// In the order of the query.
    package let tasks: [EncodedRecord]
    /// How many tasks match in all, whatever the page shows of them.
    package let total: Int
    /// The id behind which there may be more matching tasks; `nil` at the end.
    package let next: TaskID?

    package init(tasks: [EncodedRecord], total: Int, next: TaskID? = nil) {
        self.tasks = tasks
        self.total = total
        self.next = next
    }
}
