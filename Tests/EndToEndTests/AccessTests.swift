import FoundationEssentials
import Glibc
import JSON
import NIOConcurrencyHelpers
import SystemPackage
import TaskModel
import TestSupport
import Testing

/// The real program, and other users.
@Suite("Who may run commands, and read what they write", .timeLimit(.minutes(5)))
struct AccessTests {
    private static let command = #"{"task_type":"command","task_data":{"command":["true"]}}"#
    private static let long = #"{"items":[1],"delay":1000}"#
    private static let isRoot = getuid() == 0

    private static func mode(of path: FilePath) -> mode_t? {
        var status = stat()
        return lstat(path.string, &status) == 0 ? status.st_mode : nil
    }

    /// Runs a shell command as a user without rights, and returns its output.
    private static func asNobody(_ command: String) async throws -> String {
        let output = NIOLockedValueBox<[String]>([])
        _ = try await RunningProgram.run(
            "/usr/bin/setpriv",
            ["--reuid", "65534", "--regid", "65534", "--clear-groups", "/bin/bash", "-c", "\(command) 2>&1"]
        ) { program in
            let lines = await program.output.allAtEnd()
            output.withLockedValue { $0 = lines }
        }
        return output.withLockedValue { $0.joined(separator: "\n") }
    }

    private static func token(_ directory: FilePath) async throws -> String {
        let output = NIOLockedValueBox<[String]>([])
        let status = try await RunningProgram.run(
            BuiltProducts.taskdeck, ["token", "--state", directory.string]
        ) { program in
            let lines = await program.output.allAtEnd()
            output.withLockedValue { $0 = lines }
        }
        #expect(status == .exited(0))
        return try #require(output.withLockedValue { $0 }.first)
    }

    @Test("the service makes a token that is kept, and lets in commands with it or over the socket")
    func ways() async throws {
        try await TemporaryDirectory.run { directory in
            var tokens: Set<String> = []
            for _ in 0..<2 {
                try await Service.run(["--state", directory.string]) { service in
                    #expect(Self.mode(of: directory.appending("api.sock")) == S_IFSOCK | 0o600)
                    #expect(Self.mode(of: directory.appending("token")) == S_IFREG | 0o600)
                    let token = try await Self.token(directory)
                    let refused = try await service.http.post("/tasks", Self.command)
                    #expect(refused.status == 403)
                    #expect(refused.code == "commands_need_token")
                    #expect(refused.body.contains(directory.appending("token").string))
                    #expect(refused.body.contains(directory.appending("api.sock").string))
                    var http = service.http
                    http.headers = [("Authorization", "Bearer \(token)")]
                    #expect(try await http.post("/tasks", Self.command).status != 403)
                    let local = HTTP(socket: directory.appending("api.sock"))
                    #expect(try await local.post("/tasks", Self.command).status != 403)
                    // The rest of the API does not need it.
                    http.headers = [("Authorization", "Bearer wrong")]
                    #expect(try await http.get("/tasks").status == 200)
                }
                #expect(Self.mode(of: directory.appending("api.sock")) == nil)
                tokens.insert(try await Self.token(directory))
            }
            #expect(tokens.count == 1)
            #expect(tokens.first?.utf8.count == 64)
        }
    }

    @Test("a token that is set for the service is the only one, and needed on the port, not on the socket")
    func configured() async throws {
        try await TemporaryDirectory.run { directory in
            try await Service.run(["--state", directory.string], environment: ["TASKDECK_TOKEN": "s3cret"]) { service in
                #expect(Self.mode(of: directory.appending("token")) == nil)
                let refused = try await service.http.post("/tasks", Self.command)
                #expect(refused.status == 401)
                var http = service.http
                http.headers = [("Authorization", "Bearer s3cret")]
                #expect(try await http.post("/tasks", Self.command).status != 403)
                let local = HTTP(socket: directory.appending("api.sock"))
                #expect(try await local.get("/tasks").status == 200)
            }
        }
    }

    @Test("without a token, 'taskdeck token' says so in one line")
    func noToken() async throws {
        let status = try await RunningProgram.run(BuiltProducts.taskdeck, ["token", "--state", "/nope"]) { program in
            try await program.errors.line(with: "taskdeck: there is no token at '/nope/token'")
            #expect(await program.errors.all.count == 1)
        }
        #expect(status == .exited(1))
    }

    @Test("the socket of a killed service is replaced; a second service leaves that of a living one alone")
    func socket() async throws {
        try await TemporaryDirectory.run { directory in
            let local = HTTP(socket: directory.appending("api.sock"))
            let end = try await Service.run(["--state", directory.string]) { service in
                let second = try await RunningProgram.run(
                    BuiltProducts.taskdeck, ["--no-ui", "--port", "0", "--state", directory.string]
                ) { program in
                    try await program.errors.line(with: "is in use by process \(service.program.pid)")
                }
                #expect(second == .exited(1))
                #expect(try await local.get("/health").status == 200)
                service.program.send(.kill)
            }
            #expect(end == .signaled(SIGKILL))
            #expect(Self.mode(of: directory.appending("api.sock")) != nil)
            try await Service.run(["--state", directory.string]) { _ in
                let status = try await local.get("/health").status
                #expect(status == 200)
            }
        }
    }

    @Test("an ephemeral service has a private directory, named at the start and removed at the end")
    func ephemeral() async throws {
        try await TemporaryDirectory.run { runtime in
            try FileManager.default.createDirectory(atPath: runtime.string, withIntermediateDirectories: true)
            try await Service.run(environment: ["XDG_RUNTIME_DIR": runtime.string]) { service in
                let line = try await service.log.line(with: "socket, token and output of tasks are in \(runtime)/")
                let name = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: runtime.string).first)
                let directory = runtime.appending(name)
                #expect(line.contains(directory.string))
                #expect(Self.mode(of: directory) == S_IFDIR | 0o700)
                #expect(try await HTTP(socket: directory.appending("api.sock")).get("/health").status == 200)
                #expect(try await Self.token(directory).utf8.count == 64)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: runtime.string).isEmpty)
        }
    }

    @Test("another user can neither connect, nor read token, output or environment", .enabled(if: isRoot))
    func otherUser() async throws {
        try await TemporaryDirectory.run { directory in
            try await Service.run(["--state", directory.string]) { service in
                let worker = try #require(try await service.startTask("process_data", Self.long).pid)
                let socket = directory.appending("api.sock")
                let curl = "curl -s -m 20 -w '%{http_code}' --unix-socket '\(socket)' http://localhost/tasks"
                #expect(try await Self.asNobody(curl).hasPrefix("000"))
                // The files' own modes, where the directory is open.
                #expect(chmod(directory.string, 0o755) == 0)
                #expect(try await Self.asNobody(curl).hasPrefix("000"))
                for path in [
                    directory.appending("token").string, "/proc/\(worker)/environ",
                    "/proc/\(service.program.pid)/environ",
                ] {
                    #expect(try await Self.asNobody("cat '\(path)'").hasSuffix("Permission denied"), "\(path)")
                }
                if Self.mode(of: directory.appending("logs")) != nil {
                    #expect(Self.mode(of: directory.appending("logs")) == S_IFDIR | 0o700)
                    #expect(try await Self.asNobody("ls '\(directory)/logs'").hasSuffix("Permission denied"))
                }
                // Even where the socket's mode lets them in.
                #expect(chmod(socket.string, 0o666) == 0)
                let refused = try await Self.asNobody(curl)
                #expect(refused.hasSuffix("403"))
                #expect(refused.contains("\"code\":\"foreign_user\""))
                #expect(try await HTTP(socket: socket).get("/tasks").status == 200)
            }
        }
    }
}
