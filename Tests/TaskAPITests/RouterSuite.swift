import HTTPSupport
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import ServiceLog
import TaskAPI
import TaskModel
import TestSupport
import Testing

/// Tests that send requests through the router, to a service that is none.
protocol RouterSuite {
    var control: FakeTaskControl { get }
    var logs: FakeTaskLogs { get }
    var outputs: FakeTaskOutputs { get }
    var configuration: FakeConfiguration { get }
    var log: LogHub? { get }
    var shutDown: @Sendable () -> Void { get }
}

extension RouterSuite {
    var logs: FakeTaskLogs { FakeTaskLogs() }
    var outputs: FakeTaskOutputs { FakeTaskOutputs() }
    var configuration: FakeConfiguration { FakeConfiguration() }
    var log: LogHub? { nil }
    var shutDown: @Sendable () -> Void { {} }

    /// One request, without a socket.
    func send(
        _ method: HTTPRequest.Method, _ uri: String, _ body: String? = nil, headers: HTTPFields = [:],
        policy: AccessPolicy = AccessPolicy(token: nil, hosts: .loopback(boundName: "127.0.0.1")),
        token: AccessToken? = nil, isOwner: Bool = false
    ) async throws -> TestResponse {
        let fullAccess = FullAccess(token: token, tokenPath: "/t/token", socketPath: "/t/api.sock")
        let router = APIServer.router(
            backend: APIBackend(
                control: control, logs: logs, outputs: outputs, configuration: configuration,
                streams: StreamSources(
                    journal: control.journal, log: try log ?? LogHub(standardError: nil, file: nil)),
                shutDown: shutDown),
            policy: isOwner ? .owner : .network(policy, fullAccess: fullAccess),
            logger: Logger(label: "test"))
        var fields = headers
        if body != nil, headers[.contentType] == nil { fields[.contentType] = "application/json" }
        let all = fields
        return try await Application(router: router).test(.router) { client in
            try await client.execute(
                uri: uri, method: method, headers: all, body: body.map { ByteBuffer(string: $0) })
        }
    }

    func json(_ response: TestResponse) throws -> [JSONName: JSONValue] {
        try #require(try JSONParser.parse(response.body.readableBytesView).members)
    }

    /// That an answer is the problem it should be, in the form that every problem has.
    func expectProblem(
        _ response: TestResponse, _ status: Int, _ code: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(response.status.code == status, sourceLocation: sourceLocation)
        #expect(response.headers[.contentType] == "application/problem+json", sourceLocation: sourceLocation)
        let body = try json(response)
        #expect(body["code"] == .string(code), sourceLocation: sourceLocation)
        #expect(body["status"] == .integer(Int64(status)), sourceLocation: sourceLocation)
        #expect(body["detail"] == body["error"], sourceLocation: sourceLocation)
        #expect(body["type"] == .string("/problems/" + code.replacing("_", with: "-")), sourceLocation: sourceLocation)
        #expect(body["title"] != nil, sourceLocation: sourceLocation)
    }
}
