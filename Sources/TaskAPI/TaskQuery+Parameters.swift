import HTTPSupport
import JSON
import TaskModel

extension TaskQuery {
    /// Reads the filters and the bounds of a list.
    ///
    /// - Throws: ``ProblemDetails`` with 400 that names the parameter.
    init(_ query: QueryValues) throws(ProblemDetails) {
        self.init(type: try query.text(.taskType))
        if let text = try query.text(.status) {
            var states: Set<TaskState> = []
            for name in text.parts(separatedBy: ",") {
                guard let state = TaskState.allCases.first(where: { name.hasSameBytes(as: $0.rawValue) }) else {
                    let known = TaskState.allCases.map(\.rawValue).joined(separator: ", ")
                    throw .invalidParameter("status", "has the unknown state '\(name.prefix(32))' (known: \(known))")
                }
                states.insert(state)
            }
            self.states = states
        }
        limit = try query.wholeNumber(.limit, atLeast: 1)
        if let text = query[.after] {
            guard let id = TaskID(text) else { throw .invalidParameter("after", "must be the id of a task") }
            after = id
        }
    }
}

extension RecordFields {
    /// Reads `fields`; all fields if it is missing.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for any other value than `summary`.
    init(_ query: QueryValues) throws(ProblemDetails) {
        guard let text = query[.fields] else {
            self = .all
            return
        }
        guard text.hasSameBytes(as: "summary") else {
            throw .invalidParameter("fields", "must be 'summary', not '\(text.prefix(32))'")
        }
        self = .summary
    }
}
