import TaskModel
import TaskStore
import TaskSupervisor

/// The tasks that a shutdown could not end, and the records that it could not store.
struct ShutdownReport {
    /// The number of tasks that are named; others are counted.
    private static let nameLimit = 20

    private let unfinished: [(id: TaskID, state: TaskState, pid: Int32?)]
    private let unwritten: [TaskID]

    init(_ tasks: TaskService, _ store: TaskStore) {
        unfinished = tasks.unfinished
        unwritten = store.unsavedTasks
    }

    /// What could not be stored; `nil` if nothing is missing.
    var loss: String? {
        unwritten.isEmpty ? nil : "not stored: \(Self.list(unwritten.map(\.description)))"
    }

    /// The line on a shutdown that is cut off after `limit`.
    func expired(after limit: Duration) -> String {
        var left = unfinished.map { "\($0.id) \($0.state.rawValue)" + ($0.pid.map { " pid \($0)" } ?? "") }
        if left.isEmpty { left = ["no task"] }
        return (["the shutdown is cut off after \(limit)", "left: \(Self.list(left))"] + [loss].compactMap(\.self))
            .joined(separator: "; ")
    }

    private static func list(_ texts: [String]) -> String {
        let more = texts.count - nameLimit
        return texts.prefix(nameLimit).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
