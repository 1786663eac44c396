import HTTPSupport
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import TaskModel

/// Applies the access policy, and answers errors by problem details.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let policy: RequestPolicy
    let logger: Logger

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = await respond(to: request, context: context, next: next)
        return request.method == .head ? response.withoutBody : response
    }

    private func respond(
        to request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async -> Response {
        if let refusal = policy.refusal(of: AccessPolicy.Request(request.head)) { return refusal.response() }
        if request.method == .options, let methods = Route.methods(at: request.uri.path) {
            return Response(status: .noContent, headers: [.allow: Route.allow(methods)])
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
            // The shutdown is out of time; this is no defect.
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

    /// Distinguishes an unknown path from an unknown method of a known path, which the router does not.
    private func notFound(_ request: Request) -> Response {
        let (problem, allow) = ProblemDetails.unroutable(request.method.rawValue, request.uri.path)
        return problem.response(headers: allow.map { [.allow: $0] } ?? [:])
    }
}

extension Response {
    /// The answer to HEAD: that to GET without the body, also for an error.
    ///
    /// Hummingbird's own would add a length of 0 where the length of the body is not known.
    fileprivate var withoutBody: Response {
        Response(status: status, headers: headers, body: ResponseBody { try await $0.finish(nil) })
    }
}

extension AccessPolicy.Request {
    init(_ head: HTTPRequest) {
        self.init(
            host: head.authority, origin: head.headerFields[.origin], fetchSite: head.headerFields[.secFetchSite],
            authorization: head.headerFields[.authorization])
    }
}
