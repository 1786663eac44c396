package import JSON
package import TaskModel

/// The task that a worker is launched for.
package struct Launch: Sendable {
    package let id: TaskID
    package let type: String
    /// `nil` where only the store has it.
    package let data: JSONText?
    /// 1 for the first.
    package let attempt: Int
}
