package import JSON
package import TaskModel

/// A record with the status and the log of its worker.
package struct TaskDetail: Sendable {
    /// The worker's status, or why there is none.
    package enum Worker: Sendable {
        case status(JSONValue)
        case unavailable(String)
    }

    /// The record after the worker has answered.
    package let record: TaskRecord
    /// The worker's status.
    package let worker: Worker
    /// The last lines on the worker's standard error.
    package let log: [String]

    package init(record: TaskRecord, worker: Worker, log: [String]) {
        self.record = record
        self.worker = worker
        self.log = log
    }
}
