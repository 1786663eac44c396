import HTTPSupport
import HTTPTypes
import NIOHTTP1
import TaskModel

// Problems that only the API has.
extension ProblemDetails {
    static func invalidParameter(_ name: some StringProtocol, _ message: String) -> ProblemDetails {
        ProblemDetails(
            status: 400, code: "invalid_parameter", title: "A query parameter is not valid",
            detail: "\(name.prefix(64)) \(message)")
    }

    static func invalidHeader(_ name: String, _ message: String) -> ProblemDetails {
        ProblemDetails(
            status: 400, code: "invalid_header", title: "A header is not valid", detail: "\(name) \(message)")
    }

    /// - Parameters:
    ///   - subject: what needs full access, in the plural.
    ///   - ways: the ways to get it.
    static func commandsNeedToken(_ subject: String, _ ways: String?) -> ProblemDetails {
        ProblemDetails(
            status: 403, code: "commands_need_token", title: "Commands and their output need a token",
            detail: "\(subject) need the service's token or its socket" + (ways.map { ": \($0)" } ?? ""))
    }

    /// - Parameter problems: at least one.
    static func invalidConfiguration(_ problems: [ConfigurationProblem]) -> ProblemDetails {
        var problem = ProblemDetails(
            status: 422, code: "invalid_configuration", title: "The configuration has problems",
            detail: problems.map(\.description).joined(separator: "; "))
        problem.configurationErrors = problems
        return problem
    }

    /// The socket's client belongs to another user.
    static let foreignUser = ProblemDetails(
        status: 403, code: "foreign_user", title: "The client belongs to another user",
        detail: "only processes of the service's user and of root may use its socket")

    static func noSuchAttempt(_ id: TaskID, _ attempt: Int) -> ProblemDetails {
        ProblemDetails(
            status: 404, code: "attempt_not_found", title: "The task has no such attempt",
            detail: "task \(id) has no attempt \(attempt)")
    }

    static func noOutput(_ id: TaskID) -> ProblemDetails {
        ProblemDetails(
            status: 404, code: "no_output", title: "There is no output of a program",
            detail: "task \(id) runs no program, or has no such attempt")
    }

    /// - Parameter size: the number of bytes that there are.
    static func rangeNotSatisfiable(_ size: Int) -> ProblemDetails {
        ProblemDetails(
            status: 416, code: "range_not_satisfiable", title: "The range is not in the content",
            detail: "the content has \(size) bytes, and none in the range")
    }

    static let internalError = ProblemDetails(
        status: 500, code: "internal_error", title: "The service has a defect",
        detail: "the request could not be answered; the log says more")

    /// The problem of a request without a route, and the value of `Allow` if its path has other methods.
    static func unroutable(_ method: String, _ path: String) -> (problem: ProblemDetails, allow: String?) {
        guard let methods = Route.methods(at: path) else {
            return (noSuchResource(path, known: Route.knownPaths), nil)
        }
        return (methodNotAllowed(method, allowed: methods.map(\.rawValue)), Route.allow(methods))
    }

    /// The problem of a request that the HTTP parser refuses.
    init(_ error: HTTPParserError) {
        switch error {
        case .headerOverflow:
            self.init(
                status: 431, code: "headers_too_large", title: "The headers are too large",
                detail: "all headers together may have at most 80 KiB")
        case .invalidVersion:
            self.init(
                status: 505, code: "http_version_not_supported", title: "This version of HTTP is not spoken here",
                detail: "use HTTP/1.1")
        default:
            self = .malformedRequest("\(error)")
        }
    }
}
