/// A part of the list of tasks.
package struct TaskPage: Sendable {
    /// A task on the list.
    package enum Item: Sendable, Hashable {
        case record(TaskRecord)
        /// As JSON, for one that has been written before and does not change any more.
        case json(TaskID, String)

        /// The record, for one that has not been written.
        package var record: TaskRecord? { if case .record(let record) = self { record } else { nil } }

        /// Which task it is.
        package var id: TaskID {
            switch self {
            case .record(let record): record.id
            case .json(let id, _): id
            }
        }
    }

    /// Oldest first.
    package let tasks: [Item]
    /// How many tasks match in all, whatever the page shows of them.
    package let total: Int
    /// The id behind which there may be more that the query asks for; `nil` at the end.
    package let next: TaskID?
    /// Two pages of one query with the same version are the same; `nil` where that is not known.
    package let version: UInt64?

    package init(tasks: [Item], total: Int, next: TaskID? = nil, version: UInt64? = nil) {
        self.tasks = tasks
        self.total = total
        self.next = next
        self.version = version
    }
}
