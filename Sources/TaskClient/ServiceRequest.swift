import JSON
import TaskModel

/// A request of this API.
struct ServiceRequest: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    let method: Method
    /// With a leading slash, without a query.
    let path: String
    /// Values with any characters.
    var query: [(name: String, value: String)] = []
    var body: [UInt8]?
    var key: IdempotencyKey?

    init(_ method: Method, _ path: String) {
        self.method = method
        self.path = path
    }

    /// The path with the query.
    var target: String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\($0.name)=\($0.value.percentEncoded(except: ","))" }.joined(separator: "&")
    }
}

extension ServiceRequest {
    static func task(_ id: TaskID, _ method: Method, _ suffix: String = "") -> ServiceRequest {
        ServiceRequest(method, "/tasks/\(id)\(suffix)")
    }

    /// The list of tasks.
    static func list(_ filter: TaskQuery, _ fields: RecordFields) -> ServiceRequest {
        var request = ServiceRequest(.get, "/tasks")
        if let states = filter.states {
            let names = TaskState.allCases.filter(states.contains).map(\.rawValue)
            request.query.append(("status", names.joined(separator: ",")))
        }
        if let type = filter.type { request.query.append(("task_type", type)) }
        if let after = filter.after { request.query.append(("after", "\(after)")) }
        if let limit = filter.limit { request.query.append(("limit", "\(limit)")) }
        if fields == .summary { request.query.append(("fields", "summary")) }
        return request
    }
}
