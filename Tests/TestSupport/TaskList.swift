package import TaskModel

/// The answer to `GET /tasks`, as a client reads it.
package struct TaskList: Sendable, Decodable {
    package let tasks: [TaskRecord]
    package let total: Int
}

extension Answer {
    /// The body as a list of tasks.
    ///
    /// - Throws: `DecodingError` when it is none.
    package var list: TaskList {
        get throws { try JSONCoding.decode(TaskList.self, from: body.utf8) }
    }
}
