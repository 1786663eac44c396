import NIOCore
import NIOHTTP1
import NIOPosix
package import TaskModel

/// Speaks to the workers' HTTP servers.
///
/// Every call has a connection of its own: nothing of a worker's outlives it, and a call costs a connection on
/// this machine and no more. (A pool of connections, as HTTP clients have, is made for few servers that stay.)
package struct WorkerClient: Sendable {
    /// A worker that does not answer within this time does not answer.
    private static let timeout = TimeAmount.seconds(1)

    private let token: AccessToken?

    /// - Parameter token: sent with every call, as the workers were told to ask for it.
    package init(token: AccessToken?) {
        self.token = token
    }

    /// Asks a worker to pause, resume or terminate.
    func perform(_ action: TaskAction, at address: WorkerAddress) async -> CallResult {
        let body = JSONCoding.encode(ControlRequest(action: action))
        do throws(CallFailure) {
            let answer =
                action == .terminate
                ? try await call(.POST, "/terminate", nil, at: address)
                : try await call(.POST, "/control", body, at: address)
            return answer.status == .ok ? .accepted : .refused
        } catch {
            return .unreachable(reason: error.sentence)
        }
    }

    /// What a worker says of itself.
    func status(at address: WorkerAddress) async -> TaskDetail.Worker {
        do throws(CallFailure) {
            let answer = try await call(.GET, "/status", nil, at: address)
            guard answer.status == .ok else {
                return .unavailable("the worker answered with status \(answer.status.code)")
            }
            do throws(JSONSyntaxError) {
                return .status(try JSONParser.parse(answer.body.readableBytesView))
            } catch {
                return .unavailable("the worker's answer is not JSON: \(error.reason)")
            }
        } catch {
            return .unavailable(error.sentence)
        }
    }

    private func call(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, at address: WorkerAddress
    ) async throws(CallFailure) -> WorkerAnswer {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
        head.headers.add(name: "Host", value: "\(address.host):\(address.port)")
        head.headers.add(name: "Connection", value: "close")
        if let token { head.headers.add(name: "Authorization", value: token.authorization) }
        if let body {
            head.headers.add(name: "Content-Type", value: "application/json")
            head.headers.add(name: "Content-Length", value: String(body.count))
        }
        let request = (head: head, body: body.map { ByteBuffer(bytes: $0) })
        do {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let promise = loop.makePromise(of: WorkerAnswer.self)
            let channel = try await ClientBootstrap(group: loop)
                .connectTimeout(Self.timeout)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHTTPClientHandlers()
                        try pipeline.addHandler(
                            WorkerCall(request: request, timeout: Self.timeout, promise: promise))
                    }
                }
                .connect(to: Self.socketAddress(of: address))
                .flatMapErrorThrowing { error in
                    // Without a connection there is nobody to keep the promise.
                    promise.fail(error)
                    throw error
                }
                .get()
            defer { channel.close(promise: nil) }
            return try await promise.futureResult.get()
        } catch let failure as CallFailure {
            throw failure
        } catch ChannelError.connectTimeout {
            throw .late
        } catch {
            throw .unreachable("\(error)")
        }
    }

    /// - Throws: `SocketAddressError` for anything but an address or `localhost`.
    private static func socketAddress(of address: WorkerAddress) throws -> SocketAddress {
        let host = address.host.lowercased() == "localhost" ? "127.0.0.1" : address.host
        return try SocketAddress(ipAddress: host.filter { $0 != "[" && $0 != "]" }, port: address.port)
    }
}

/// Why a worker has not answered.
private enum CallFailure: Error {
    case late
    case unreachable(String)

    var sentence: String {
        switch self {
        case .late: "the worker did not answer within 1 s"
        case .unreachable(let reason): "the worker could not be reached (\(reason))"
        }
    }
}

/// What a worker has answered.
private struct WorkerAnswer: Sendable {
    let status: HTTPResponseStatus
    var body: ByteBuffer
}

/// One request and its answer, on a connection of their own.
private final class WorkerCall: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private static let answerLimit = 1 << 20

    private let request: (head: HTTPRequestHead, body: ByteBuffer?)
    private let timeout: TimeAmount
    private let promise: EventLoopPromise<WorkerAnswer>
    private var timer: Scheduled<Void>?
    private var answer: WorkerAnswer?

    init(
        request: (head: HTTPRequestHead, body: ByteBuffer?), timeout: TimeAmount,
        promise: EventLoopPromise<WorkerAnswer>
    ) {
        self.request = request
        self.timeout = timeout
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [promise] in
            promise.fail(CallFailure.late)
        }
        context.write(wrapOutboundOut(.head(request.head)), promise: nil)
        if let body = request.body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): answer = WorkerAnswer(status: head.status, body: ByteBuffer())
        case .body(var part):
            answer?.body.writeBuffer(&part)
            if let answer, answer.body.readableBytes > Self.answerLimit {
                promise.fail(CallFailure.unreachable("it answers with over \(Self.answerLimit) bytes"))
            }
        case .end: if let answer { promise.succeed(answer) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        promise.fail(CallFailure.unreachable("it closed the connection"))
    }
}
