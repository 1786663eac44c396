/// The two ends of the tasks of one priority that wait.
package enum QueueEnd: String, Sendable, Hashable, CaseIterable {
    case first, last
}

/// Another place in the queue.
package enum QueueChange: Sendable, Hashable {
    /// Another priority, where the task is placed by its age, or at one end.
    case priority(Int, QueueEnd? = nil)
    /// One end of the tasks that have its priority.
    case position(QueueEnd)

    /// The other priority; `nil` if it stays.
    package var priority: Int? { if case .priority(let priority, _) = self { priority } else { nil } }

    /// The end to which the task is moved; `nil` if it is placed by its age.
    package var position: QueueEnd? {
        switch self {
        case .priority(_, let end): end
        case .position(let end): end
        }
    }
}
