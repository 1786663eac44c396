import JSON

/// The progress of all tasks in a list.
struct ListedProgress {
    /// The number of running tasks.
    let running: Int
    /// The units that all tasks together have done.
    let done: Double

    /// Reads a list, in which `done` is a member of a task or of its `progress`.
    ///
    /// - Throws: ``BenchmarkError`` when the body is not a list of tasks.
    init(body: [UInt8]) throws(BenchmarkError) {
        guard let list = try? JSONCoding.decode(JSONValue.self, from: body),
            case .array(let tasks)? = list.members?["tasks"]
        else { throw BenchmarkError(description: "GET /tasks returned no list of tasks") }
        running = tasks.count { $0.members?["status"] == .string("running") }
        done = tasks.reduce(0) { sum, task in
            let done = task.members?["done"] ?? task.members?["progress"]?.members?["done"]
            return sum + (done?.double ?? 0)
        }
    }
}

extension JSONValue {
    /// The value of a number, whole or not.
    var double: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
}
