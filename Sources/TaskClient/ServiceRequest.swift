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
        return path + "?" + query.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    /// Encodes all but unreserved characters (RFC 3986, 2.3) and commas, which separate values in this API.
    private static func encoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"), UInt8(ascii: ","):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
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
