package import TaskModel

/// A pending request for one action on one task.
package struct ActionTicket: Sendable, Hashable {
    /// The number of the batch, shared by all requests that one key made.
    let batch: Int
    package let action: TaskAction
    package let id: TaskID
}
