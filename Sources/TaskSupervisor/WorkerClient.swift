import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
package import TaskModel

/// Speaks to the workers' HTTP servers.
///
/// Every call has a client of its own: AsyncHTTPClient keeps a pool of connections for every port that
/// it has ever spoken to, and every worker has another port.
package struct WorkerClient: Sendable {
    /// A worker that does not answer within this time does not answer.
    private static let timeout = TimeAmount.seconds(1)
    private static let answerLimit = 1 << 20

    private let configuration: HTTPClient.Configuration
    private let token: AccessToken?

    /// - Parameter token: sent with every call, as the workers were told to ask for it.
    package init(token: AccessToken?) {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = Self.timeout
        // A worker whose port is closed has ended; trying again would only hide it.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        self.configuration = configuration
        self.token = token
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
            return try await send(request).status == .ok ? .accepted : .refused
        } catch {
            return .unreachable(reason: Self.sentence(error))
        }
    }

    /// What a worker says of itself.
    func status(at address: WorkerAddress) async -> TaskDetail.Worker {
        do {
            let (status, body) = try await send(request(to: address, path: "/status"))
            guard status == .ok else { return .unavailable("the worker answered with status \(status.code)") }
            return .status(try JSONCoding.decode(JSONValue.self, from: body.readableBytesView))
        } catch {
            return .unavailable(Self.sentence(error))
        }
    }

    private func send(_ request: HTTPClientRequest) async throws -> (status: HTTPResponseStatus, body: ByteBuffer) {
        try await HTTPClient.withHTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration
        ) { client in
            let response = try await client.execute(request, timeout: Self.timeout)
            return (response.status, try await response.body.collect(upTo: Self.answerLimit))
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
