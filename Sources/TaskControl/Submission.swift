package import TaskModel

/// What became of a submission.
package struct Submission: Sendable {
    package let record: TaskRecord
    /// Whether the task was made by this very submission, and not by an earlier one with the same key.
    package let isNew: Bool

    package init(record: TaskRecord, isNew: Bool) {
        self.record = record
        self.isNew = isNew
    }
}
