import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes
import TaskModel

/// Answers where it is read what can be told at once: a task's record, and lists that have been made before.
///
/// The way through the router costs several times what the answer itself does, and whoever watches a task asks
/// again and again. Only plain requests that can be answered with 200 are taken out; all others, and so all errors,
/// are the router's. Answers keep the order of their requests: while the router owes one, everything goes there.
final class DirectAnswers: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let tasks: TaskController
    private let policy: AccessPolicy
    private let headers: ServerHeaders
    /// A request that may be answered here, once it has ended.
    private var candidate: HTTPRequest?
    /// How many answers the router owes.
    private var owed = 0
    private var hasWritten = false

    init(tasks: TaskController, policy: AccessPolicy, headers: ServerHeaders) {
        self.tasks = tasks
        self.policy = policy
        self.headers = headers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head) where owed == 0 && isPlainRead(head): candidate = head
        case .end where candidate != nil:
            // Who does not take answers has to wait, which the router can.
            if context.channel.isWritable, let candidate, let response = tasks.answerAtHand(to: candidate.path ?? "") {
                self.candidate = nil
                write(response, context)
            } else {
                passOn(context)
                context.fireChannelRead(data)
            }
        case .head:
            owed += 1
            context.fireChannelRead(data)
        case .body, .end:
            passOn(context)
            context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasWritten { context.flush() }
        hasWritten = false
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        passOn(context)
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { owed -= 1 }
        context.write(data, promise: promise)
    }

    /// Leaves the candidate, if there is one, to the router.
    private func passOn(_ context: ChannelHandlerContext) {
        guard let head = candidate else { return }
        candidate = nil
        owed += 1
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// Whether the request asks for nothing but to read, by somebody who may, on a connection that stays.
    private func isPlainRead(_ head: HTTPRequest) -> Bool {
        let fields = head.headerFields
        return head.method == .get && fields[.contentLength] == nil && fields[.transferEncoding] == nil
            && fields[.expect] == nil && fields[.connection].map { $0.equalsIgnoringCase("keep-alive") } ?? true
            && policy.refusal(of: AccessPolicy.Request(head)) == nil
    }

    private func write(_ response: DirectResponse, _ context: ChannelHandlerContext) {
        var fields = response.fields
        headers.add(to: &fields)
        context.write(wrapOutboundOut(.head(HTTPResponse(status: .ok, headerFields: fields))), promise: nil)
        for part in response.parts { context.write(wrapOutboundOut(.body(part)), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        hasWritten = true
    }
}

/// A body of JSON, to be sent with 200.
struct DirectResponse {
    let parts: [ByteBuffer]

    /// What the headers say of it.
    var fields: HTTPFields {
        let length = parts.reduce(0) { $0 + $1.readableBytes }
        return [.contentType: "application/json", .contentLength: String(length)]
    }
}
