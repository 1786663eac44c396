/// The number of tasks of each type in each state.
package struct TaskTally: Sendable, Hashable {
    private struct Key: Sendable, Hashable {
        let type: String
        let state: TaskState
    }

    private var counts: [Key: Int] = [:]

    package init() {}

    /// Adds a task, or removes it with a `change` of -1.
    package mutating func add(_ type: String, _ state: TaskState, _ change: Int) {
        counts[Key(type: type, state: state), default: 0] += change
    }

    /// The number of matching tasks, whatever ``TaskQuery/after`` and ``TaskQuery/limit`` are.
    package func count(_ query: TaskQuery) -> Int {
        counts.reduce(0) { query.matches($1.key.type, $1.key.state) ? $0 + $1.value : $0 }
    }

    /// The number of tasks in some states.
    package func count(where isIncluded: (TaskState) -> Bool) -> Int {
        counts.reduce(0) { isIncluded($1.key.state) ? $0 + $1.value : $0 }
    }

    /// The number of tasks in each state.
    package var byState: [TaskState: Int] {
        counts.reduce(into: [:]) { $0[$1.key.state, default: 0] += $1.value }
    }

    /// The types with tasks.
    package var types: Set<String> { Set(counts.lazy.filter { $0.value > 0 }.map(\.key.type)) }
}

/// An ended task that is not kept any longer.
package struct PrunedTask: Sendable, Hashable {
    /// Its id.
    package let id: TaskID
    /// Its type.
    package let type: String
    /// Its final state.
    package let state: TaskState

    package init(id: TaskID, type: String, state: TaskState) {
        self.id = id
        self.type = type
        self.state = state
    }
}
