/// The two ends of the queued tasks of one priority.
package enum QueueEnd: String, Sendable, Hashable, CaseIterable {
    case first, last
}

/// Another place in the queue.
package enum QueueChange: Sendable, Hashable {
    /// Another priority, and its place there: by its age, or at one end.
    case priority(Int, QueueEnd? = nil)
    /// One end of its priority.
    case position(QueueEnd)

    /// The new priority; `nil` for no change.
    package var priority: Int? { if case .priority(let priority, _) = self { priority } else { nil } }

    /// The end to which the task is moved; `nil` for its place by age.
    package var position: QueueEnd? {
        switch self {
        case .priority(_, let end): end
        case .position(let end): end
        }
    }
}
