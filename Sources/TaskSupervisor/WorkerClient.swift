import HTTPSupport
import JSON
import NIOConcurrencyHelpers
package import NIOCore
import NIOHTTP1
import NIOPosix
import TaskBoard
import TaskControl
package import TaskModel
import WorkerProtocol

/// Speaks to the workers' HTTP servers.
///
/// A connection stays open after a call, for the next one, until the worker closes it: by its end, or when
/// nothing was asked for a minute.
package struct WorkerClient: Sendable {
    /// A worker that does not answer within this time does not answer.
    private static let timeout = TimeAmount.seconds(1)

    private let token: AccessToken?
    private let eventLoops: any EventLoopGroup
    private let connections = WorkerConnections()

    /// - Parameters:
    ///   - token: sent with every call: the workers require it.
    ///   - eventLoops: where connections are served.
    package init(token: AccessToken?, eventLoops: any EventLoopGroup) {
        self.token = token
        self.eventLoops = eventLoops
    }

    /// Asks a worker to pause, resume or terminate.
    func perform(_ command: WorkerCommand, at address: WorkerAddress) async -> CallResult {
        do throws(CallFailure) {
            let answer =
                command == .terminate
                ? try await call(.POST, "/terminate", nil, at: address)
                : try await call(.POST, "/control", JSONCoding.encode(ControlRequest(action: command)), at: address)
            return answer.status == .ok ? .accepted : .refused
        } catch {
            return .unreachable(reason: error.sentence)
        }
    }

    /// What a worker has answered to the question for its status.
    struct Probe: Sendable {
        let worker: TaskDetail.Worker
        /// Whether it has answered, whatever; `nil` if it could not be reached, as one that has just ended.
        let isAnswering: Bool?
    }

    /// What a worker says of itself.
    func status(at address: WorkerAddress) async -> Probe {
        do throws(CallFailure) {
            return Probe(worker: Self.worker(try await call(.GET, "/status", nil, at: address)), isAnswering: true)
        } catch {
            return Probe(worker: .unavailable(error.sentence), isAnswering: error.isLate ? false : nil)
        }
    }

    private static func worker(_ answer: WorkerAnswer) -> TaskDetail.Worker {
        guard answer.status == .ok else {
            return .unavailable("the worker answered with status \(answer.status.code)")
        }
        do throws(JSONSyntaxError) {
            return .status(try JSONParser.parse(answer.body.readableBytesView))
        } catch {
            return .unavailable("the worker's answer is not JSON: \(error.reason)")
        }
    }

    private func call(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, at address: WorkerAddress
    ) async throws(CallFailure) -> WorkerAnswer {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
        head.headers.add(name: "Host", value: "\(address.host):\(address.port)")
        if let token { head.headers.add(name: "Authorization", value: token.authorization) }
        if let body {
            head.headers.add(name: "Content-Type", value: "application/json")
            head.headers.add(name: "Content-Length", value: String(body.count))
        }
        let request = WorkerCall.Request(head: head, body: body.map { ByteBuffer(bytes: $0) })
        if let channel = connections.take(to: address) {
            do throws(CallFailure) {
                return try await send(request, on: channel, to: address)
            } catch {
                // The worker may just have closed what it had not been asked by for long; what is asked can be
                // asked twice.
                guard case .unreachable = error else { throw error }
            }
        }
        return try await send(request, on: try await connect(to: address), to: address)
    }

    private func send(
        _ request: WorkerCall.Request, on channel: any Channel, to address: WorkerAddress
    ) async throws(CallFailure) -> WorkerAnswer {
        let promise = channel.eventLoop.makePromise(of: WorkerAnswer.self)
        channel.triggerUserOutboundEvent(WorkerCall.Ask(request: request, promise: promise)).whenFailure { error in
            promise.fail(error)
        }
        do {
            let answer = try await promise.futureResult.get()
            connections.give(channel, to: address)
            return answer
        } catch {
            channel.close(promise: nil)
            throw (error as? CallFailure) ?? .unreachable("\(error)")
        }
    }

    private func connect(to address: WorkerAddress) async throws(CallFailure) -> any Channel {
        do {
            let channel = try await ClientBootstrap(group: eventLoops)
                .connectTimeout(Self.timeout)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHTTPClientHandlers()
                        try pipeline.addHandler(WorkerCall(timeout: Self.timeout))
                    }
                }
                .connect(to: Self.socketAddress(of: address))
                .get()
            connections.watch(channel, to: address)
            return channel
        } catch ChannelError.connectTimeout {
            throw .late
        } catch {
            throw .unreachable("\(error)")
        }
    }

    /// - Throws: `SocketAddressError` for anything but an address or `localhost`.
    private static func socketAddress(of address: WorkerAddress) throws -> SocketAddress {
        let host = address.host.equalsIgnoringCase("localhost") ? "127.0.0.1" : address.host
        let isBracketed = host.hasBytePrefix("[") && host.hasByteSuffix("]")
        return try SocketAddress(
            ipAddress: isBracketed ? String(host.dropFirst().dropLast()) : host, port: address.port)
    }
}

/// Why a worker has not answered.
private enum CallFailure: Error {
    case late
    case unreachable(String)

    var isLate: Bool { if case .late = self { true } else { false } }

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

/// Connections on which nothing is being asked.
private final class WorkerConnections: Sendable {
    /// Each takes a descriptor; more than these are closed after use.
    private static let limit = 64

    private let idle = NIOLockedValueBox<[WorkerAddress: any Channel]>([:])

    func take(to address: WorkerAddress) -> (any Channel)? {
        idle.withLockedValue { $0.removeValue(forKey: address) }
    }

    func give(_ channel: any Channel, to address: WorkerAddress) {
        let isKept = idle.withLockedValue { idle in
            guard channel.isActive, idle[address] == nil, idle.count < Self.limit else { return false }
            idle[address] = channel
            return true
        }
        if !isKept { channel.close(promise: nil) }
    }

    /// Has a new connection forgotten when it closes.
    func watch(_ channel: any Channel, to address: WorkerAddress) {
        channel.closeFuture.whenComplete { [idle] _ in
            idle.withLockedValue { idle in
                if idle[address] === channel { idle[address] = nil }
            }
        }
    }
}

/// Requests and their answers on one connection, one at a time.
private final class WorkerCall: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    struct Request: Sendable {
        let head: HTTPRequestHead
        let body: ByteBuffer?
    }

    /// Has a request sent; sent down the pipeline as an event.
    struct Ask: Sendable {
        let request: Request
        let promise: EventLoopPromise<WorkerAnswer>
    }

    private static let answerLimit = 1 << 20

    private let timeout: TimeAmount
    private var asked: EventLoopPromise<WorkerAnswer>?
    private var timer: Scheduled<Void>?
    private var answer: WorkerAnswer?

    init(timeout: TimeAmount) {
        self.timeout = timeout
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let ask = event as? Ask else { return context.triggerUserOutboundEvent(event, promise: promise) }
        asked = ask.promise
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { self.finish(.failure(CallFailure.late)) }
        context.write(wrapOutboundOut(.head(ask.request.head)), promise: nil)
        if let body = ask.request.body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): answer = WorkerAnswer(status: head.status, body: ByteBuffer())
        case .body(var part):
            answer?.body.writeBuffer(&part)
            if let answer, answer.body.readableBytes > Self.answerLimit {
                finish(.failure(CallFailure.unreachable("it answers with over \(Self.answerLimit) bytes")))
            }
        case .end: if let answer { finish(.success(answer)) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(CallFailure.unreachable("it closed the connection")))
        context.fireChannelInactive()
    }

    private func finish(_ result: Result<WorkerAnswer, any Error>) {
        timer?.cancel()
        asked?.completeWith(result)
        (timer, asked, answer) = (nil, nil, nil)
    }
}
