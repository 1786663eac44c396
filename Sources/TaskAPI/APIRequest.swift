import HTTPSupport
import HTTPTypes
import Hummingbird
import JSON
import TaskControl
import TaskModel

/// A request that has a route, with what its handler needs.
struct APIRequest: Sendable {
    let control: any TaskControl
    let query: QueryValues
    /// What the client may see and do.
    var access: Access { policy.access(authorization: request.headers[.authorization]) }
    private let policy: RequestPolicy
    private let request: Request
    private let parameters: Parameters

    /// - Throws: ``ProblemDetails`` with 400 for query parameters that the route does not allow.
    init(
        _ request: Request, _ parameters: Parameters, of route: Route, control: any TaskControl, policy: RequestPolicy
    ) throws(ProblemDetails) {
        self.control = control
        self.policy = policy
        self.request = request
        self.parameters = parameters
        query = try QueryValues(request, allowing: route.parameters)
    }

    /// The id in the path.
    ///
    /// - Throws: ``TaskError/notFound(_:)`` for a malformed one, which no task has.
    func id() throws(TaskError) -> TaskID {
        let text = parameters.get("id") ?? ""
        guard let id = TaskID(text) else { throw .notFound(text) }
        return id
    }

    /// - Parameter subject: what needs full access, in the plural.
    /// - Throws: ``ProblemDetails`` with 403 if the client has limited access.
    func checkFullAccess(for subject: String) throws(ProblemDetails) {
        guard access == .full else { throw policy.accessProblem(for: subject) }
    }

    /// The members of the JSON object in the body.
    ///
    /// - Throws: ``ProblemDetails`` with 400, 413 or 415; ``ConnectionLost``.
    func object() async throws -> [JSONName: JSONValue] {
        try await RequestBody.object(in: request)
    }

    /// Checks the headers of a body that is not read.
    ///
    /// - Throws: ``ProblemDetails`` with 415.
    func checkBody() throws(ProblemDetails) {
        try RequestBody.checkHeaders(of: request)
    }

    /// The `Idempotency-Key`; `nil` if it is missing.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for one that is too long or repeated.
    func idempotencyKey() throws(ProblemDetails) -> IdempotencyKey? {
        let values = request.headers[values: .idempotencyKey]
        guard let text = values.first else { return nil }
        guard values.count == 1, let key = IdempotencyKey(text) else {
            throw .invalidHeader("Idempotency-Key", "must be one text of 1 to 255 printable ASCII characters")
        }
        return key
    }
}
