package import TaskModel

/// The result of a submission.
package struct Submission: Sendable {
    package let record: TaskRecord
    /// Whether this submission created the task; otherwise an earlier one with the same key did.
    package let isNew: Bool

    package init(record: TaskRecord, isNew: Bool) {
        self.record = record
        self.isNew = isNew
    }
}
