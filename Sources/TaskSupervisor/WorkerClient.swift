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

/// Calls the workers' HTTP servers.
///
/// A connection stays open for the next call until the worker closes it: when it ends, or after a minute without one.
package struct WorkerClient: Sendable {
    /// The longest time until an answer.
    static let timeout = TimeAmount.seconds(1)

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

    /// The answer to a request for the status.
    struct Probe: Sendable {
        let worker: TaskDetail.Worker
        /// Whether it has answered, even with an error; `nil` if it could not be reached, as one that has just ended.
        let isAnswering: Bool?
    }

    /// Requests a worker's status.
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
        if let channel = connections.dequeue(to: address) {
            do throws(CallFailure) {
                return try await send(request, on: channel, to: address)
            } catch {
                // The worker may just have closed an idle connection. All requests are idempotent.
                guard case .unreachable = error else { throw error }
            }
        }
        return try await send(request, on: try await connect(to: address), to: address)
    }

    private func send(
        _ request: WorkerCall.Request, on channel: any Channel, to address: WorkerAddress
    ) async throws(CallFailure) -> WorkerAnswer {
        let promise = channel.eventLoop.makePromise(of: WorkerAnswer.self)
        channel.triggerUserOutboundEvent(WorkerCall.Send(request: request, promise: promise)).whenFailure { error in
            promise.fail(error)
        }
        do {
            let answer = try await promise.futureResult.get()
            connections.enqueue(channel, to: address)
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
            connections.register(channel, to: address)
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
