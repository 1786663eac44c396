import HTTPSupport
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import TaskModel

/// Turns away who may not come in, and gives every error its answer.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = TaskController.Context

    let policy: AccessPolicy
    let logger: Logger

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = await respond(to: request, context: context, next: next)
        // The answer to HEAD is that to GET without the body, also when it is an error.
        if request.method == .head { response = response.createHeadResponse() }
        return response
    }

    private func respond(
        to request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async -> Response {
        if let refusal = policy.refusal(of: AccessPolicy.Request(request.head)) { return refusal.response() }
        if request.method == .options, let methods = TaskController.methods(at: request.uri.path) {
            return Response(status: .noContent, headers: [.allow: ProblemDetails.allow(methods)])
        }
        do {
            return try await next(request, context)
        } catch let error as TaskError {
            return error.problem.response()
        } catch let problem as ProblemDetails {
            return problem.response()
        } catch let error as HTTPError where error.status == .notFound {
            return notFound(request)
        } catch let error as HTTPParserError {
            return ProblemDetails(error).response(headers: [.connection: "close"])
        } catch is CancellationError {
            // There is no time left; nothing has gone wrong.
            return TaskError.shuttingDown.problem.response()
        } catch is RequestTimeout {
            return ProblemDetails.requestTimeout("the rest of the body has not come within the time for it")
                .response()
        } catch let error as ConnectionLost {
            logger.debug("\(request.method) \(request.uri.path): the client has closed the connection (\(error.cause))")
            return ProblemDetails.malformedRequest("it breaks off").response(headers: [.connection: "close"])
        } catch {
            logger.error("\(request.method) \(request.uri.path) failed: \(error)")
            return ProblemDetails.internalError.response()
        }
    }

    /// Tells an unknown path from a method that a path does not have; the router does not.
    private func notFound(_ request: Request) -> Response {
        let (problem, allow) = ProblemDetails.unroutable(request.method.rawValue, request.uri.path)
        return problem.response(headers: allow.map { [.allow: $0] } ?? [:])
    }
}

extension AccessPolicy.Request {
    init(_ head: HTTPRequest) {
        self.init(
            host: head.authority, origin: head.headerFields[.origin], fetchSite: head.headerFields[.secFetchSite],
            authorization: head.headerFields[.authorization])
    }
}

extension ProblemDetails {
    /// What is wrong with a request that has no route, and the value of `Allow` if its path has others.
    static func unroutable(_ method: String, _ path: String) -> (problem: ProblemDetails, allow: String?) {
        guard let methods = TaskController.methods(at: path) else {
            let known = "/health, /queue, /queue/pause, /queue/resume, /tasks, /tasks/ID nor /tasks/ID/control"
            return (noSuchResource(path, known: known), nil)
        }
        return (methodNotAllowed(method, allowed: methods.map(\.rawValue)), allow(methods))
    }

    /// The value of `Allow`.
    static func allow(_ methods: [HTTPRequest.Method]) -> String {
        methods.map(\.rawValue).joined(separator: ", ")
    }

    /// What the HTTP parser has refused.
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
