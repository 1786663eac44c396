import AsyncHTTPClient
import HTTPSupport
import JSON
import NIOConcurrencyHelpers
package import NIOCore
import NIOHTTP1
package import TaskModel

/// A client of a service's API.
///
/// Requests that change something are sent once: after ``RemoteFailure/connectionLost(reason:)`` and
/// ``RemoteFailure/timedOut(_:)`` they may have had their effect.
package final class TaskClient: Sendable {
    /// The most bytes of an answer that is not a stream.
    private static let sizeLimit = 1 << 30
    private static let connectionTimeout = TimeAmount.seconds(5)
    /// Shorter than the time after which the service closes an idle connection.
    private static let idleTimeout = TimeAmount.seconds(30)

    package let address: ServiceAddress
    private let token: AccessToken?
    private let timeout: Duration?
    private let http: HTTPClient
    private let base: String
    private let onVersionChange: @Sendable (String) -> Void
    private let version = NIOLockedValueBox(taskdeckVersion)

    /// - Parameters:
    ///   - token: sent with every request; `nil` for none.
    ///   - timeout: the most time until an answer is complete, streams excepted; `nil` for no limit.
    ///   - silence: the most time without any byte of an answer, streams included; `nil` for no limit.
    ///   - connections: the most connections at a time.
    ///   - eventLoops: where connections are served; the caller's to shut down.
    ///   - onVersionChange: called with the service's version if it is not this one, and when it has changed.
    package init(
        address: ServiceAddress, token: AccessToken?, timeout: Duration?, silence: Duration? = nil,
        connections: Int = 8, eventLoops: any EventLoopGroup,
        onVersionChange: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.onVersionChange = onVersionChange
        self.address = address
        self.token = token
        self.timeout = timeout
        base = address.base
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: Self.connectionTimeout, read: silence.map { TimeAmount($0) }),
            connectionPool: .init(
                idleTimeout: Self.idleTimeout, concurrentHTTP1ConnectionsPerHostSoftLimit: connections))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        if case .network = address {
            configuration.http1_1ConnectionDebugInitializer = { $0.keepAlive() }
        }
        http = HTTPClient(eventLoopGroup: eventLoops, configuration: configuration)
    }

    /// Closes all connections; requests in flight fail.
    package func shutDown() async {
        // Fails only if it has been shut down before.
        try? await http.shutdown()
    }

    /// Sends a request and returns the body of the answer.
    ///
    /// - Parameter translate: the error for a problem that the service reports; `nil` for ``TaskError/remote(_:)``.
    /// - Throws: ``TaskError``.
    func send(
        _ request: ServiceRequest, hasTimeout: Bool = true, translate: (RemoteProblem) -> TaskError? = { _ in nil }
    ) async throws(TaskError) -> [UInt8] {
        try await answer(to: request, hasTimeout: hasTimeout, translate: translate).body
    }

    /// Sends a request and returns the answer.
    ///
    /// - Parameter translate: the error for a problem that the service reports; `nil` for ``TaskError/remote(_:)``.
    /// - Throws: ``TaskError``.
    func answer(
        to request: ServiceRequest, hasTimeout: Bool = true, translate: (RemoteProblem) -> TaskError? = { _ in nil }
    ) async throws(TaskError) -> ServiceAnswer {
        // A service that refuses a body may close the connection before its answer is read.
        if let size = request.body?.count, size > JSONBody.sizeLimit {
            throw .remote(.problem(Self.tooLarge(size)))
        }
        let answer = try await exchange(request, within: hasTimeout ? timeout : nil)
        guard !answer.isSuccess else { return answer }
        throw Self.error(answer, translate)
    }

    /// Sends a request whose answer has no end that could be waited for.
    ///
    /// - Returns: The parts of the body as they come; at the end of the body the sequence ends.
    /// - Throws: ``TaskError``.
    func stream(
        _ request: ServiceRequest, headers: [(String, String)] = [],
        translate: (RemoteProblem) -> TaskError? = { _ in nil }
    ) async throws(TaskError) -> ServiceBody {
        let response = try await execute(request, headers: headers)
        if (200..<300).contains(response.status.code) {
            return ServiceBody(response.body, isTruncated: response.headers.contains(name: "X-Log-Truncated"))
        }
        throw Self.error(try await collect(response), translate)
    }

    private func exchange(
        _ request: ServiceRequest, within limit: Duration?
    ) async throws(TaskError) -> ServiceAnswer {
        let collector = AnswerCollector(sizeLimit: Self.sizeLimit)
        do {
            let message = try HTTPClient.Request(
                url: base + request.target, method: HTTPMethod(rawValue: request.method.rawValue),
                headers: headers(of: request), body: request.body.map { .bytes($0) })
            let task = http.execute(
                request: message, delegate: collector, deadline: limit.map { .now() + TimeAmount($0) })
            let answer = try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
            checkVersion(answer.head.headers.first(name: "Server"))
            return ServiceAnswer(status: Int(answer.head.status.code), body: answer.body)
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            throw .remote(.timedOut(limit ?? .zero))
        } catch {
            throw .remote(collector.hasBegun ? RemoteFailure(receiving: error) : RemoteFailure(sending: error))
        }
    }

    private func execute(
        _ request: ServiceRequest, headers: [(String, String)]
    ) async throws(TaskError) -> HTTPClientResponse {
        var message = HTTPClientRequest(url: base + request.target)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers = self.headers(of: request)
        message.headers.add(contentsOf: headers)
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let response = try await http.execute(message, deadline: .distantFuture)
            checkVersion(response.headers.first(name: "Server"))
            return response
        } catch {
            throw .remote(RemoteFailure(sending: error))
        }
    }

    private func headers(of request: ServiceRequest) -> HTTPHeaders {
        var headers = HTTPHeaders()
        if let token { headers.add(name: "Authorization", value: token.authorization) }
        if let key = request.key { headers.add(name: "Idempotency-Key", value: key.text) }
        if request.body != nil { headers.add(name: "Content-Type", value: "application/json") }
        return headers
    }

    private func checkVersion(_ server: String?) {
        guard let current = server.flatMap({ Self.version(in: $0) }) else { return }
        let hasChanged = version.withLockedValue { version in
            defer { version = current }
            return !version.hasSameBytes(as: current)
        }
        if hasChanged { onVersionChange(current) }
    }

    /// The version in a `Server` header; `nil` for anything that is no task service.
    package static func version(in server: String) -> String? {
        let product = "taskdeck/"
        return server.hasBytePrefix(product) ? String(server.dropFirst(product.count)) : nil
    }

    private func collect(_ response: HTTPClientResponse) async throws(TaskError) -> ServiceAnswer {
        do {
            var body = try await response.body.collect(upTo: Self.sizeLimit)
            return ServiceAnswer(
                status: Int(response.status.code), body: body.readBytes(length: body.readableBytes) ?? [])
        } catch {
            throw .remote(RemoteFailure(receiving: error))
        }
    }

    private static func tooLarge(_ size: Int) -> RemoteProblem {
        RemoteProblem(
            status: 413, code: "body_too_large", title: "The body is too large",
            detail:
                "the task has \(size) bytes as JSON, of which \(JSONBody.sizeLimit) can be sent; put large data into a file"
        )
    }

    private static func error(_ answer: ServiceAnswer, _ translate: (RemoteProblem) -> TaskError?) -> TaskError {
        guard let problem = try? JSONCoding.decode(RemoteProblem.self, from: answer.body) else {
            return .remote(.unexpectedAnswer(reason: "HTTP status \(answer.status)"))
        }
        if answer.status == 401 || answer.status == 403 { return .remote(.forbidden(problem)) }
        if problem.code.hasSameBytes(as: "shutting_down") { return .shuttingDown }
        return translate(problem) ?? .remote(.problem(problem))
    }
}

/// An answer of the service.
package struct ServiceAnswer: Sendable {
    /// The HTTP status.
    package let status: Int
    /// JSON, in UTF-8.
    package let body: [UInt8]

    fileprivate var isSuccess: Bool { (200..<300).contains(status) }
}
