import NIOCore
import NIOHTTP1
import TaskModel

/// Answers one connection's requests to a worker.
final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What is allowed on each path.
    private static let methods: [String: HTTPMethod] = [
        "/status": .GET, "/control": .POST, "/terminate": .POST,
    ]
    private static let bodyLimit = 65_536
    /// How long a client may take from one answer, or from the start, until it has sent all of a request.
    static let patience = TimeAmount.seconds(60)

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

    /// Closes the connection if no whole request comes in time; bytes that trickle are no excuse.
    private func expectRequest(_ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { context.close(promise: nil) }
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
            expectRequest(context)
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
        if let problem = refusal(of: request) {
            return send(problem, for: request.head, context: context)
        }
        switch Self.path(of: request.head) {
        case "/status": sendStatus(for: request.head, context: context)
        case "/control": control(request, context: context)
        default: terminate(request.head, context: context)
        }
    }

    private func refusal(of request: Request) -> ProblemDetails? {
        let headers = request.head.headers
        let access = AccessPolicy.Request(
            host: headers.first(name: "host"), origin: headers.first(name: "origin"),
            fetchSite: headers.first(name: "sec-fetch-site"), authorization: headers.first(name: "authorization"))
        if let problem = policy.refusal(of: access) { return problem }
        let path = Self.path(of: request.head)
        guard let method = Self.methods[path] else {
            return .noSuchResource(path, known: "/status, /control nor /terminate")
        }
        guard request.head.method == method else {
            return .methodNotAllowed(request.head.method.rawValue, allowed: [method.rawValue])
        }
        guard MediaType.mayBeJSON(headers.first(name: "content-type")) else { return .unsupportedMediaType }
        guard !request.isTooLarge else { return .bodyTooLarge(limit: Self.bodyLimit) }
        return nil
    }

    private static func path(of head: HTTPRequestHead) -> String {
        String(head.uri.prefix { $0 != "?" })
    }

    private func control(_ request: Request, context: ChannelHandlerContext) {
        let action: TaskAction
        do throws(ProblemDetails) {
            action = try Self.action(from: request.body)
        } catch {
            return send(error, for: request.head, context: context)
        }
        switch action {
        case .terminate, .kill: terminate(request.head, context: context)
        case .pause, .resume:
            let wanted: TaskState = action == .pause ? .paused : .running
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            core.request(pause: action == .pause, on: context.eventLoop).whenSuccess { state in
                let (handler, context) = bound.value
                if state == wanted {
                    handler.sendStatus(for: request.head, context: context)
                } else {
                    let error = TaskError.invalidState(handler.core.assignment.taskID, action: action, current: state)
                    handler.send(error.problem, for: request.head, context: context)
                }
            }
        }
    }

    private static func action(from body: ByteBuffer) throws(ProblemDetails) -> TaskAction {
        let members = try JSONBody.members(of: body.readableBytesView)
        do throws(TaskError) {
            // A worker does not kill itself: that is a signal to its process group.
            return try ControlRequest(members: members, allowing: [.pause, .resume, .terminate]).action
        } catch {
            throw error.problem
        }
    }

    private func terminate(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        core.settle(.stopping)
        // The answer first: once the work has stopped, this process is gone.
        sendStatus(for: head, context: context).whenComplete { [core] _ in core.requestStop() }
    }

    // MARK: - Answers

    @discardableResult
    private func sendStatus(for head: HTTPRequestHead, context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let status = core.status(port: context.channel.localAddress?.port ?? 0)
        return send(status, status: .ok, type: "application/json", for: head, context: context)
    }

    private func send(_ problem: ProblemDetails, for head: HTTPRequestHead?, context: ChannelHandlerContext) {
        var extra: [(String, String)] = []
        if problem.status == 405, let method = head.flatMap({ Self.methods[Self.path(of: $0)] }) {
            extra.append(("Allow", method.rawValue))
        }
        if problem.status == 401 { extra.append(("WWW-Authenticate", "Bearer")) }
        send(
            problem, status: .init(statusCode: problem.status), type: ProblemDetails.mediaType, extra: extra, for: head,
            context: context)
    }

    @discardableResult
    private func send(
        _ body: some JSONWritable, status: HTTPResponseStatus, type: String, extra: [(String, String)] = [],
        for head: HTTPRequestHead?, context: ChannelHandlerContext
    ) -> EventLoopFuture<Void> {
        let bytes = JSONCoding.encode(body)
        let keepsAlive = head?.isKeepAlive ?? false
        var headers = HTTPHeaders(extra)
        headers.add(name: "Content-Type", value: type)
        headers.add(name: "Content-Length", value: String(bytes.count))
        headers.add(name: "Connection", value: keepsAlive ? "keep-alive" : "close")
        let version = head?.version ?? .http1_1
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: version, status: status, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
        let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !keepsAlive {
            let channel = context.channel
            sent.whenComplete { _ in channel.close(promise: nil) }
        }
        return sent
    }
}
