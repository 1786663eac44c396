import HTTPSupport
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import TaskControl
import TaskModel

/// A request that has a route, with what its handler needs.
struct APIRequest: Sendable {
    let query: QueryValues
    var control: any TaskControl { backend.control }
    var logs: any TaskLogs { backend.logs }
    var outputs: any TaskOutputs { backend.outputs }
    var configuration: any ConfigurationReloading { backend.configuration }
    var streams: StreamSources { backend.streams }
    /// What the client may see and do.
    var access: Access { policy.access(authorization: request.headers[.authorization]) }
    private let backend: APIBackend
    private let policy: RequestPolicy
    private let request: Request
    private let context: APIContext

    /// - Throws: ``ProblemDetails`` with 400 for query parameters that the route does not allow.
    init(
        _ request: Request, _ context: APIContext, of route: Route, backend: APIBackend, policy: RequestPolicy
    ) throws(ProblemDetails) {
        self.backend = backend
        self.policy = policy
        self.request = request
        self.context = context
        query = try QueryValues(request, allowing: route.parameters)
    }

    /// Requests the end of the service.
    func shutDownService() { backend.shutDown() }

    /// The id in the path.
    ///
    /// - Throws: ``TaskError/notFound(_:)`` for a malformed one, which no task has.
    func id() throws(TaskError) -> TaskID {
        let text = context.parameters.get("id") ?? ""
        guard let id = TaskID(text) else { throw .notFound(text) }
        return id
    }

    /// - Parameter subject: what needs full access, in the plural.
    /// - Throws: ``ProblemDetails`` with 403 if the client has limited access.
    func checkFullAccess(for subject: String) throws(ProblemDetails) {
        guard access == .full else { throw accessProblem(for: subject) }
    }

    /// The 403 of a client with limited access.
    func accessProblem(for subject: String) -> ProblemDetails { policy.accessProblem(for: subject) }

    /// Whether only the head of the answer is requested.
    var isHead: Bool { request.method == .head }

    /// The requested range; `nil` for all of the content.
    ///
    /// - Parameter entityTag: that of the content, which `If-Range` must name.
    func range(of entityTag: String) -> ByteRange? {
        guard request.method == .get, let header = request.headers[.range] else { return nil }
        if let condition = request.headers[.ifRange], !condition.hasSameBytes(as: entityTag) { return nil }
        return ByteRange(header)
    }

    /// Whether `If-None-Match` has an entity tag (RFC 9110, 13.1.2).
    func hasCurrent(_ entityTag: String) -> Bool {
        let tags = request.headers[values: .ifNoneMatch].flatMap { $0.parts(separatedBy: ",").map(\.trimmingBlanks) }
        return tags.contains { tag in
            tag.hasSameBytes(as: "*") || tag.hasSameBytes(as: entityTag) || tag.hasSameBytes(as: "W/" + entityTag)
        }
    }

    /// The connection.
    var channel: any Channel { context.channel }

    /// The value of a header; `nil` if it is missing.
    func header(_ name: HTTPField.Name) -> String? { request.headers[name] }

    /// Calls `observer` once the client has closed the connection, or its side of it.
    func onHangUp(_ observer: @escaping @Sendable () -> Void) {
        let channel = context.channel
        channel.eventLoop.execute {
            // Requests without a connection have no handler.
            try? channel.pipeline.syncOperations.handler(type: HangUpHandler.self).observe(observer)
        }
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
