import HTTPSupport
import JSON
import TaskModel

/// The tasks whose events a client receives.
struct EventFilter: Sendable {
    /// The most tasks that a client may name.
    private static let nameLimit = 1000

    /// By state and type.
    let query: TaskQuery
    /// Only these tasks, by age; `nil` for all.
    let tasks: [TaskID]?
    private let names: Set<TaskID>?

    /// - Throws: ``ProblemDetails`` with 400 that names the parameter.
    init(_ values: QueryValues) throws(ProblemDetails) {
        query = try TaskQuery(values)
        guard let text = try values.text(.task) else {
            (tasks, names) = (nil, nil)
            return
        }
        var names: Set<TaskID> = []
        for name in text.parts(separatedBy: ",") {
            guard let id = TaskID(name) else {
                throw .invalidParameter(
                    QueryParameter.task.rawValue, "has '\(name.prefix(32))', which is not the id of a task")
            }
            names.insert(id)
        }
        guard names.count <= Self.nameLimit else {
            throw .invalidParameter(QueryParameter.task.rawValue, "may name at most \(Self.nameLimit) tasks")
        }
        (tasks, self.names) = (names.sorted(), names)
    }

    /// Whether a task may be among them, whatever its state and type.
    func includes(_ id: TaskID) -> Bool { names?.contains(id) ?? true }

    /// Whether tasks of a type may be among them.
    func includes(type: String) -> Bool { query.type.map(type.hasSameBytes) ?? true }

    /// The states in which a task can change so that it does not match any more; none if its state does not matter.
    var leavableStates: Set<TaskState> { query.states?.filter { !$0.isFinal } ?? [] }
}
