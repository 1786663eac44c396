import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
package import TaskModel

/// Speaks to the workers' HTTP servers.
package struct WorkerClient: Sendable {
    /// A worker that does not answer within this time does not answer.
    private static let timeout = TimeAmount.seconds(1)
    private static let answerLimit = 1 << 20

    private let client: HTTPClient
    private let token: AccessToken?

    /// - Parameter token: sent with every call, as the workers were told to ask for it.
    package init(token: AccessToken?) {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = Self.timeout
        configuration.connectionPool.idleTimeout = .seconds(5)
        // A worker whose port is closed has ended; trying again would only hide it.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        self.token = token
    }

    /// Closes all connections.
    ///
    /// To be called once, when the last call has returned.
    func shutdown() async {
        // The only error is a second shutdown.
        try? await client.shutdown()
    }

    /// Asks a worker to pause, resume or terminate.
    func perform(_ action: TaskAction, at address: WorkerAddress) async -> CallResult {
        var request = request(to: address, path: action == .terminate ? "/terminate" : "/control")
        request.method = .POST
        if action != .terminate {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: #"{"action":"\#(action.rawValue)"}"#))
        }
        do {
            let response = try await client.execute(request, timeout: Self.timeout)
            _ = try await response.body.collect(upTo: Self.answerLimit)
            return response.status == .ok ? .accepted : .refused
        } catch {
            return .unreachable(reason: Self.sentence(error))
        }
    }

    /// What a worker says of itself.
    func status(at address: WorkerAddress) async -> TaskDetail.Worker {
        do {
            let response = try await client.execute(request(to: address, path: "/status"), timeout: Self.timeout)
            let body = try await response.body.collect(upTo: Self.answerLimit)
            guard response.status == .ok else {
                return .unavailable("the worker answered with status \(response.status.code)")
            }
            return .status(try JSONCoding.decode(JSONValue.self, from: body.readableBytesView))
        } catch {
            return .unavailable(Self.sentence(error))
        }
    }

    private func request(to address: WorkerAddress, path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: "http://\(address.host):\(address.port)\(path)")
        if let token { request.headers.add(name: "Authorization", value: token.authorization) }
        return request
    }

    private static func sentence(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .deadlineExceeded, .connectTimeout, .readTimeout: "the worker did not answer within 1 s"
        default: "the worker could not be reached (\(error))"
        }
    }
}
