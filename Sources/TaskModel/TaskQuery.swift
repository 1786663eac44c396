import JSON

/// The tasks to list.
package struct TaskQuery: Sendable, Hashable {
    /// Only tasks in one of these states; `nil` for all.
    package var states: Set<TaskState>?
    /// Only tasks of this type; `nil` for all.
    ///
    /// An unknown type matches none.
    package var type: String?
    /// Whether the newest tasks come first, and not the oldest.
    package var isNewestFirst = false
    /// Only tasks that come behind the one with this id.
    package var after: TaskID?
    /// The most tasks; `nil` for all.
    package var limit: Int?

    /// Whether all tasks match.
    package var matchesAll: Bool { states == nil && type == nil }

    /// Whether a task of a type and in a state matches, wherever it is in the order.
    package func matches(_ type: String, _ state: TaskState) -> Bool {
        (states?.contains(state) ?? true) && (self.type.map(type.hasSameBytes) ?? true)
    }

    /// Whether a task comes before another one.
    package func isBefore(_ id: TaskID, _ other: TaskID) -> Bool { isNewestFirst ? other < id : id < other }

    /// Whether a task comes behind ``after``.
    package func includes(_ id: TaskID) -> Bool { after.map { isBefore($0, id) } ?? true }

    package init(states: Set<TaskState>? = nil, type: String? = nil, after: TaskID? = nil, limit: Int? = nil) {
        self.states = states
        self.type = type
        self.after = after
        self.limit = limit
    }
}
