import HTTPSupport
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Gives the HTTP parser's refusals a body.
///
/// Hummingbird answers what its HTTP parser refuses by an empty 400, in its turn behind the answers
/// that are under way. This handler has the error and completes that answer.
final class ParserProblemHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var error: HTTPParserError?
    private var unknownMethod: UnknownMethod?

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let method = event as? UnknownMethod else { return context.fireUserInboundEventTriggered(event) }
        unknownMethod = method
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError { self.error = error }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let error, case .head(let head) = unwrapOutboundIn(data), Self.isBare(head) else {
            return context.write(data, promise: promise)
        }
        self.error = nil
        var (problem, allow) = (ProblemDetails(error), String?.none)
        if let unknownMethod { (problem, allow) = ProblemDetails.unroutable(unknownMethod.method, unknownMethod.path) }
        var answer = problem.lastAnswer
        answer.head.headerFields[.allow] = allow
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        context.write(wrapOutboundOut(.body(answer.body)), promise: promise)
    }

    /// The service's own answers all have a content type.
    private static func isBare(_ head: HTTPResponse) -> Bool {
        head.status == .badRequest && head.headerFields[.contentType] == nil
    }
}
