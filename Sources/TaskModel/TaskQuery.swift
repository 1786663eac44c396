import JSON

/// Which tasks to list.
package struct TaskQuery: Sendable, Hashable {
    /// Only tasks in one of these states; `nil` means all.
    package var states: Set<TaskState>?
    /// Only tasks of this type; `nil` means all, and an unknown one matches none.
    package var type: String?
    /// Only tasks whose ids sort behind this one.
    package var after: TaskID?
    /// At most so many; `nil` means all.
    package var limit: Int?

    /// Whether all tasks match.
    package var matchesAll: Bool { states == nil && type == nil }

    /// Whether a task of this type and state is meant, wherever the page begins and ends.
    package func matches(_ type: String, _ state: TaskState) -> Bool {
        (states?.contains(state) ?? true) && (self.type.map(type.hasSameBytes) ?? true)
    }

    package init(states: Set<TaskState>? = nil, type: String? = nil, after: TaskID? = nil, limit: Int? = nil) {
        self.states = states
        self.type = type
        self.after = after
        self.limit = limit
    }
}
