package import JSON
package import TaskModel

/// A record with what only the worker knows.
package struct TaskDetail: Sendable {
    /// What the worker said, or why it said nothing.
    package enum Worker: Sendable {
        case status(JSONValue)
        case unavailable(String)
    }

    /// As of after the worker was asked.
    package let record: TaskRecord
    /// What the worker said.
    package let worker: Worker
    /// The last lines that the worker wrote to its standard error.
    package let log: [String]

    package init(record: TaskRecord, worker: Worker, log: [String]) {
        self.record = record
        self.worker = worker
        self.log = log
    }
}
