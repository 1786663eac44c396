import HTTPSupport
import JSON
import NIOCore
import NIOHTTP1
import TaskModel
import WorkerProtocol

/// Answers one connection's requests to a worker.
final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What there is, by its path.
    private enum Resource: String, CaseIterable {
        case status = "/status"
        case control = "/control"
        case terminate = "/terminate"

        init?(of head: HTTPRequestHead) {
            let path = head.uri.utf8.prefix { $0 != UInt8(ascii: "?") }
            guard let resource = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(path) }) else {
                return nil
            }
            self = resource
        }

        /// What is allowed on it.
        var method: HTTPMethod {
            switch self {
            case .status: .GET
            case .control, .terminate: .POST
            }
        }
    }

    private static let bodyLimit = 65_536
    /// How long a client may take from one answer, or from the start, until it has sent all of a request; and how long
    /// an answer may wait to be accepted.
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

    /// Closes the connection if no whole request comes in time, however many bytes of one do.
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
            // No time runs while an answer is owed.
            timer?.cancel()
            // Answers that are not read pile up only so far.
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
        if let problem = refusal(of: request) {
            return send(problem, for: request.head, context: context)
        }
        switch Resource(of: request.head) {
        case .status: sendStatus(for: request.head, context: context)
        case .control: control(request, context: context)
        case .terminate: terminate(request.head, context: context)
        case nil: send(Self.noSuchResource(request.head), for: request.head, context: context)
        }
    }

    private func refusal(of request: Request) -> ProblemDetails? {
        let headers = request.head.headers
        let access = AccessPolicy.Request(
            host: Self.host(of: request.head), origin: headers.first(name: "origin"),
            fetchSite: headers.first(name: "sec-fetch-site"), authorization: headers.first(name: "authorization"))
        if let problem = policy.refusal(of: access) { return problem }
        guard let resource = Resource(of: request.head) else { return Self.noSuchResource(request.head) }
        guard request.head.method == resource.method else {
            return .methodNotAllowed(request.head.method.rawValue, allowed: [resource.method.rawValue])
        }
        let encodings = headers["content-encoding"].joined(separator: ",")
        if let problem = ProblemDetails.refusal(ofContentType: headers.first(name: "content-type"), encoding: encodings)
        {
            return problem
        }
        guard !request.isTooLarge else { return .bodyTooLarge(limit: Self.bodyLimit) }
        return nil
    }

    private static func noSuchResource(_ head: HTTPRequestHead) -> ProblemDetails {
        .noSuchResource(head.uri, known: "/status, /control nor /terminate")
    }

    /// The host that is meant: `nil` if several are named, or none.
    ///
    /// HTTP/1.0 names none, and browsers do not speak it.
    private static func host(of head: HTTPRequestHead) -> String? {
        let hosts = head.headers["host"]
        if hosts.isEmpty, head.version == .http1_0 { return ControlPort.host }
        return hosts.count == 1 ? hosts[0] : nil
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
        if problem.status == 405, let resource = head.flatMap({ Resource(of: $0) }) {
            extra.append(("Allow", resource.method.rawValue))
        }
        if problem.status == 415 { extra.append(problem.acceptance) }
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
        // The time for the client to accept this, and to send the next request, which may be read within this write.
        expectRequest(context)
        let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !keepsAlive {
            let channel = context.channel
            sent.whenComplete { _ in channel.close(promise: nil) }
        }
        return sent
    }
}
