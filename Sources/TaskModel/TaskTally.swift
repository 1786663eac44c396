/// How many tasks there are of each type in each state.
package struct TaskTally: Sendable, Hashable {
    private struct Key: Sendable, Hashable {
        let type: String
        let state: TaskState
    }

    private var counts: [Key: Int] = [:]

    package init() {}

    /// Counts a task in, or out with a `change` of -1.
    package mutating func add(_ type: String, _ state: TaskState, _ change: Int) {
        counts[Key(type: type, state: state), default: 0] += change
    }

    /// How many match; where a query's page begins and ends does not matter.
    package func count(_ query: TaskQuery) -> Int {
        counts.reduce(0) { query.matches($1.key.type, $1.key.state) ? $0 + $1.value : $0 }
    }

    /// How many are in one of these states.
    package func count(where isIncluded: (TaskState) -> Bool) -> Int {
        counts.reduce(0) { isIncluded($1.key.state) ? $0 + $1.value : $0 }
    }

    /// How many are in each state.
    package var byState: [TaskState: Int] {
        counts.reduce(into: [:]) { $0[$1.key.state, default: 0] += $1.value }
    }

    /// The types that there are tasks of.
    package var types: Set<String> { Set(counts.lazy.filter { $0.value > 0 }.map(\.key.type)) }
}

/// A task that had ended and is not kept any more.
package struct PrunedTask: Sendable, Hashable {
    /// Which it was.
    package let id: TaskID
    /// Its type.
    package let type: String
    /// How it had ended.
    package let state: TaskState

    package init(id: TaskID, type: String, state: TaskState) {
        self.id = id
        self.type = type
        self.state = state
    }
}
