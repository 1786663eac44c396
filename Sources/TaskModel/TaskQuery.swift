import JSON

/// The tasks to list.
package struct TaskQuery: Sendable, Hashable {
    /// Only tasks in one of these states; `nil` for all.
    package var states: Set<TaskState>?
    /// Only tasks of this type; `nil` for all.
    ///
    /// An unknown type matches none.
    package var type: String?
    /// Only tasks whose ids sort after this one.
    package var after: TaskID?
    /// The most tasks; `nil` for all.
    package var limit: Int?

    /// Whether all tasks match.
    package var matchesAll: Bool { states == nil && type == nil }

    /// Whether a task of a type and in a state matches, whatever ``after`` and ``limit`` are.
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
