import TaskModel
import TaskStore
import TaskSupervisor

/// What a shutdown leaves behind that it should not.
struct ShutdownReport {
    /// More than these are only counted.
    private static let limit = 20

    private let unfinished: [(id: TaskID, state: TaskState, pid: Int32?)]
    private let unwritten: [TaskID]

    init(_ tasks: TaskService, _ store: TaskStore) {
        unfinished = tasks.unfinished
        unwritten = store.unsavedTasks
    }

    /// What could not be stored; `nil` if everything was.
    var loss: String? {
        unwritten.isEmpty ? nil : "not stored: \(Self.list(unwritten.map(\.description)))"
    }

    /// A shutdown that is cut off after `limit`, and what it leaves.
    func overdue(_ limit: Duration) -> String {
        var left = unfinished.map { "\($0.id) \($0.state.rawValue)" + ($0.pid.map { " pid \($0)" } ?? "") }
        if left.isEmpty { left = ["no task"] }
        return (["the shutdown is cut off after \(limit)", "left: \(Self.list(left))"] + [loss].compactMap(\.self))
            .joined(separator: "; ")
    }

    private static func list(_ texts: [String]) -> String {
        let more = texts.count - limit
        return texts.prefix(limit).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
