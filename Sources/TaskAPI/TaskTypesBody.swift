import JSON
import TaskModel

/// The answer to `GET /types`.
struct TaskTypesBody: JSONWritable {
    let types: [TaskTypeDescription]

    func write(to json: inout JSONWriter) {
        json.object { $0.member("types", types) }
    }
}
