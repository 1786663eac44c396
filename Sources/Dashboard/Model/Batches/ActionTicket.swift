package import TaskModel

/// One action on one task, on its way.
package struct ActionTicket: Sendable, Hashable {
    /// Actions asked for with one key share a number.
    let batch: Int
    package let action: TaskAction
    package let id: TaskID
}
