import HTTPSupport
import Logging
import NIOPosix
import ServiceLog
import SystemPackage
import TaskAPI
import TaskControl
import TaskModel
import TestSupport

/// The real server on a real port, with limits that a test can wait for.
enum ServerUnderTest {
    static let host = "Host: localhost\r\n"

    static func run(
        _ limits: ConnectionLimits, control: FakeTaskControl = FakeTaskControl(),
        logs: FakeTaskLogs = FakeTaskLogs(), log: LogHub? = nil,
        silence: Duration = .seconds(15), directory: FilePath? = nil, token: AccessToken? = nil,
        body: @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let log = try log ?? LogHub(standardError: nil, file: nil)
        let server = APIServer(
            configuration: .init(
                host: "127.0.0.1", port: 0, socket: directory.map { LocalSocket(in: $0) },
                policy: .network(
                    AccessPolicy(token: nil, hosts: .any),
                    fullAccess: FullAccess(token: token, tokenPath: "/t/token", socketPath: "/t/api.sock")),
                limits: limits),
            backend: APIBackend(
                control: control, logs: logs, outputs: FakeTaskOutputs(), configuration: FakeConfiguration(),
                streams: StreamSources(journal: control.journal, log: log, silence: silence), shutDown: {}),
            eventLoops: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onListening: { port.yield($1) }, endTasks: {}, lastCall: {})
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { port.finish() }
                try await server.run()
            }
            var hasStarted = false
            for await number in ports.prefix(1) {
                hasStarted = true
                try await body(number)
            }
            if !hasStarted { try await group.waitForAll() }
            group.cancelAll()
        }
    }

    /// Milliseconds; a minute where a test does not wait for it.
    static func limits(
        head: Int = 60_000, body: Int = 60_000, idle: Int = 60_000, write: Int = 60_000
    ) -> ConnectionLimits {
        var limits = ConnectionLimits()
        limits.head = .milliseconds(head)
        limits.body = .milliseconds(body)
        limits.idle = .milliseconds(idle)
        limits.write = .milliseconds(write)
        return limits
    }

    /// Returns after so many times the limit for idle connections, which it waits for as every client does.
    static func waitForIdleLimit(times: Int = 1, port: Int) async throws {
        for _ in 0..<times { _ = try await HTTP.raw("", toPort: port) }
    }
}
