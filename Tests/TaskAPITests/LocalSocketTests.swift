import FoundationEssentials
import Glibc
import JSON
import NIOCore
import SystemPackage
import TaskAPI
import TaskModel
import TestSupport
import Testing

/// The real server on a real Unix socket.
@Suite("The Unix socket", .timeLimit(.minutes(15)))
struct LocalSocketTests {
    private static func run(
        _ limits: ConnectionLimits = ServerUnderTest.limits(), in directory: FilePath,
        body: @Sendable (_ socket: FilePath, _ port: Int) async throws -> Void
    ) async throws {
        try await ServerUnderTest.run(limits, directory: directory) { port in
            try await body(directory.appending("api.sock"), port)
        }
    }

    private static func inDirectory(_ body: @Sendable (FilePath) async throws -> Void) async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            try await body(directory)
        }
    }

    @Test("it serves the same tasks as the port, to its owner only, and is removed at the end")
    func serves() async throws {
        try await Self.inDirectory { directory in
            try await Self.run(in: directory) { socket, port in
                #expect(TemporaryDirectory.mode(of: socket) == S_IFSOCK | 0o600)
                let local = HTTP(socket: socket)
                let task = try await local.post("/tasks", #"{"task_type":"process_data"}"#)
                #expect(task.status == 201)
                let id = try task.record.id
                #expect(try await HTTP(base: "http://127.0.0.1:\(port)").get("/tasks/\(id)").status == 200)
                #expect(try await local.get("/tasks").json["total"] == 1)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.string).isEmpty)
        }
    }

    @Test("the socket of a service that was killed is replaced, and so is what it had begun")
    func replaced() async throws {
        try await Self.inDirectory { directory in
            for name in ["api.sock", "api.sock.new"] {
                #expect(FileManager.default.createFile(atPath: directory.appending(name).string, contents: nil))
            }
            try await Self.run(in: directory) { socket, _ in
                let status = try await HTTP(socket: socket).get("/health").status
                #expect(status == 200)
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory.string) == ["api.sock"])
            }
        }
    }

    @Test("at its end a server leaves another one's socket alone")
    func foreign() async throws {
        try await Self.inDirectory { directory in
            try await Self.run(in: directory) { socket, _ in
                unlink(socket.string)
                #expect(FileManager.default.createFile(atPath: socket.string, contents: nil))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.string) == ["api.sock"])
        }
    }

    @Test("a path that no socket address has room for is bound all the same")
    func longPath() async throws {
        try await Self.inDirectory { directory in
            let long = directory.appending(String(repeating: "d", count: 200))
            try FileManager.default.createDirectory(atPath: long.string, withIntermediateDirectories: true)
            try await Self.run(in: long) { socket, _ in
                let link = directory.appending("short")
                #expect(symlink(long.string, link.string) == 0)
                let status = try await HTTP(socket: link.appending("api.sock")).get("/health").status
                #expect(status == 200)
            }
        }
    }

    @Test("a directory that is missing is an error that names the socket")
    func missing() async throws {
        await #expect {
            try await Self.run(in: "/nope/state") { _, _ in }
        } throws: { "\($0)" == "cannot serve on the socket '/nope/state/api.sock': No such file or directory" }
    }

    @Test("requests without Host are answered, and those of a foreign page")
    func headers() async throws {
        try await Self.inDirectory { directory in
            try await Self.run(in: directory) { socket, _ in
                let answer = try await HTTP.raw(
                    "GET /health HTTP/1.1\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n",
                    toSocket: socket)
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }
    }

    @Test("slow and silent clients are guarded against as on the port")
    func slow() async throws {
        try await Self.inDirectory { directory in
            try await Self.run(ServerUnderTest.limits(head: 100, body: 100, idle: 100), in: directory) { socket, _ in
                let head = try await HTTP.raw("GET /health HTTP/1.1\r\nX: ", toSocket: socket)
                #expect(head.hasPrefix("HTTP/1.1 408 "))
                let body = try await HTTP.raw("POST /tasks HTTP/1.1\r\nContent-Length: 9\r\n\r\n{", toSocket: socket)
                #expect(body.hasPrefix("HTTP/1.1 408 "))
                #expect(try await HTTP.raw("", toSocket: socket).isEmpty)
            }
        }
    }

    @Test("a client that reads nothing for longer than one on the network may gets all of its answer")
    func left() async throws {
        let size = 8 << 20
        let control = FakeTaskControl()
        let id = await control.addTask(of: size)
        try await Self.inDirectory { directory in
            let limits = ServerUnderTest.limits(idle: 300, write: 100)
            try await ServerUnderTest.run(limits, control: control, directory: directory) { port in
                let request = "GET /tasks/\(id) HTTP/1.1\r\nConnection: close\r\n\r\n"
                let count = try await HTTP.connect(
                    toSocket: directory.appending("api.sock"), sending: request
                ) { inbound, _ in
                    try await ServerUnderTest.waitForIdleLimit(times: 2, port: port)
                    return try await inbound.reduce(0) { $0 + $1.readableBytes }
                }
                #expect(count > size)
            }
        }
    }

    @Test("connections on the port do not keep the owner out")
    func limits() async throws {
        try await Self.inDirectory { directory in
            var limits = ServerUnderTest.limits()
            (limits.count, limits.localCount) = (1, 2)
            try await Self.run(limits, in: directory) { socket, port in
                try await HTTP.connect(toPort: port) { _, outbound in
                    try await outbound.write(.init(string: "GET /health HTTP/1.1\r\n"))
                    #expect(try await HTTP(socket: socket).get("/health").status == 200)
                }
            }
        }
    }
}
