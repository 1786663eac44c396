import HTTPSupport
import JSON
import NIOCore
import NIOHTTP1
import TaskModel
import WorkerProtocol

/// Serves the requests of one connection to a worker.
final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let bodyLimit = 65_536
    /// The longest time from one answer, or the start, to the end of the next request, and for an answer to be accepted.
    static let timeout = TimeAmount.seconds(60)

    private struct Request {
        let head: HTTPRequestHead
        var body: ByteBuffer
        var isTooLarge = false
    }

    private let core: WorkerCore
    private let policy: AccessPolicy
    private var request: Request?
    private var timer: Scheduled<Void>?

    init(core: WorkerCore, policy: AccessPolicy) {
        self.core = core
        self.policy = policy
    }

    func handlerAdded(context: ChannelHandlerContext) {
        expectRequest(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    /// Closes the connection unless a whole request comes in time.
    private func expectRequest(_ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.timeout) { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = Request(head: head, body: ByteBuffer())
        case .body(var part):
            if request.map({ $0.body.readableBytes + part.readableBytes > Self.bodyLimit }) == true {
                request?.isTooLarge = true
            } else {
                request?.body.writeBuffer(&part)
            }
        case .end:
            guard let request else { return }
            self.request = nil
            // The timeout is the client's: not while the answer is due.
            timer?.cancel()
            // The client leaves its answers unread.
            guard context.channel.isWritable else { return context.close(promise: nil) }
            core.countRequest()
            respond(to: request, context: context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.close(promise: nil) }
        let problem = ProblemDetails.malformedRequest("\(error)")
        send(problem, for: nil, context: context)
    }

    // MARK: - Routes

    private func respond(to request: Request, context: ChannelHandlerContext) {
        do throws(ProblemDetails) {
            switch try route(of: request) {
            case .status: sendStatus(for: request.head, context: context)
            case .control: control(try Self.command(from: request.body), for: request.head, context: context)
            case .terminate: terminate(request.head, context: context)
            }
        } catch {
            send(error, for: request.head, context: context)
        }
    }

    /// - Throws: A problem when the request is refused, whatever its body says.
    private func route(of request: Request) throws(ProblemDetails) -> ControlRoute {
        let (head, headers) = (request.head, request.head.headers)
        let access = AccessPolicy.Request(
            host: Self.host(of: head), origin: headers.first(name: "origin"),
            fetchSite: headers.first(name: "sec-fetch-site"), authorization: headers.first(name: "authorization"))
        if let problem = policy.refusal(of: access) { throw problem }
        guard let route = ControlRoute(head) else { throw .noSuchResource(head.uri, known: ControlRoute.names) }
        guard route.methods.contains(head.method) else {
            throw .methodNotAllowed(head.method.rawValue, allowed: route.methods.map(\.rawValue))
        }
        let encodings = headers["content-encoding"].joined(separator: ",")
        if let problem = ProblemDetails.refusal(ofContentType: headers.first(name: "content-type"), encoding: encodings)
        {
            throw problem
        }
        guard !request.isTooLarge else { throw .bodyTooLarge(limit: Self.bodyLimit) }
        return route
    }

    /// The host of a request; `nil` if it names none, or several.
    ///
    /// HTTP/1.0 has no `Host`, and no browser uses it.
    private static func host(of head: HTTPRequestHead) -> String? {
        let hosts = head.headers["host"]
        if hosts.isEmpty, head.version == .http1_0 { return ControlPort.host }
        return hosts.count == 1 ? hosts[0] : nil
    }

    private func control(_ command: WorkerCommand, for head: HTTPRequestHead, context: ChannelHandlerContext) {
        switch command {
        case .terminate: terminate(head, context: context)
        case .pause, .resume:
            let requested: TaskState = command == .pause ? .paused : .running
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            core.request(pause: command == .pause, on: context.eventLoop).whenSuccess { state in
                let (handler, context) = bound.value
                if state == requested {
                    handler.sendStatus(for: head, context: context)
                } else {
                    let id = handler.core.assignment.taskID
                    let error = TaskError.invalidState(id, action: command.action, current: state)
                    handler.send(error.problem, for: head, context: context)
                }
            }
        }
    }

    private static func command(from body: ByteBuffer) throws(ProblemDetails) -> WorkerCommand {
        let members = try JSONBody.members(of: body.readableBytesView)
        do throws(TaskError) {
            return try ControlRequest<WorkerCommand>(members: members).action
        } catch {
            throw error.problem
        }
    }

    private func terminate(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        core.setPhase(.stopping)
        // The answer first: the process exits when the work has stopped.
        sendStatus(for: head, context: context).whenComplete { [core] _ in core.requestStop() }
    }

    // MARK: - Answers

    @discardableResult
    private func sendStatus(for head: HTTPRequestHead, context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let status = core.status(port: context.channel.localAddress?.port ?? 0)
        return send(
            JSONCoding.encode(status), .ok, ["Content-Type": "application/json"], for: head, context: context)
    }

    private func send(_ problem: ProblemDetails, for head: HTTPRequestHead?, context: ChannelHandlerContext) {
        var headers = HTTPHeaders(problem.headers.map { ($0.name, $0.value) })
        if problem.status == 405, let route = head.flatMap({ ControlRoute($0) }) {
            headers.add(name: "Allow", value: route.methods.map(\.rawValue).joined(separator: ", "))
        }
        send(problem.body, .init(statusCode: problem.status), headers, for: head, context: context)
    }

    @discardableResult
    private func send(
        _ bytes: [UInt8], _ status: HTTPResponseStatus, _ headers: HTTPHeaders,
        for head: HTTPRequestHead?, context: ChannelHandlerContext
    ) -> EventLoopFuture<Void> {
        let keepsAlive = head?.isKeepAlive ?? false
        var headers = headers
        headers.add(name: "Content-Length", value: String(bytes.count))
        headers.add(name: "Connection", value: keepsAlive ? "keep-alive" : "close")
        let version = head?.version ?? .http1_1
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: version, status: status, headers: headers))), promise: nil)
        if head?.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
        }
        // Before the write, within which the next request may be read.
        expectRequest(context)
        let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !keepsAlive {
            let channel = context.channel
            sent.whenComplete { _ in channel.close(promise: nil) }
        }
        return sent
    }
}
