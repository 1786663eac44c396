import FoundationEssentials
import Glibc
import JSON
import NIOConcurrencyHelpers
import SystemPackage
import TaskModel
import TestSupport
import Testing

/// The real program, and other users.
@Suite("Who may run commands, and read what they write", .timeLimit(.minutes(15)))
struct AccessTests {
    private static let command = #"{"task_type":"command","task_data":{"command":["true"]}}"#
    private static let long = #"{"items":[1],"delay":1000}"#
    private static let isRoot = getuid() == 0

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
        try await token(["--state", directory.string])
    }

    private static func token(_ arguments: [String], environment: [String: String?] = [:]) async throws -> String {
        let output = NIOLockedValueBox<[String]>([])
        let status = try await RunningProgram.run(
            BuiltProducts.taskdeck, ["token"] + arguments, environment: environment
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
                    #expect(TemporaryDirectory.mode(of: directory.appending("api.sock")) == S_IFSOCK | 0o600)
                    #expect(TemporaryDirectory.mode(of: directory.appending("token")) == S_IFREG | 0o600)
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
                #expect(TemporaryDirectory.mode(of: directory.appending("api.sock")) == nil)
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
                #expect(TemporaryDirectory.mode(of: directory.appending("token")) == nil)
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

    @Test("'taskdeck token' finds the state directory, or the token, that the configuration file names")
    func configuredToken() async throws {
        try await TemporaryDirectory.run { directory in
            let folder = directory.appending("taskdeck")
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
            let (file, state) = (folder.appending("config.yaml").string, directory.appending("state"))
            let environment: [String: String?] = ["XDG_CONFIG_HOME": directory.string, "TASKDECK_TOKEN": nil]
            try "flags: {state: \(state)}\n".write(toFile: file, atomically: true, encoding: .utf8)
            try await Service.run(["--state", state.string]) { _ in }
            let token = try await Self.token(state)
            #expect(try await Self.token([], environment: environment) == token)
            #expect(try await Self.token(["--config", file], environment: ["TASKDECK_TOKEN": nil]) == token)
            let tokenFile = directory.appending("own").string
            try "s3cret\n".write(toFile: tokenFile, atomically: true, encoding: .utf8)
            try "flags: {state: \(state), token-file: \(tokenFile)}\n".write(
                toFile: file, atomically: true, encoding: .utf8)
            #expect(try await Self.token([], environment: environment) == "s3cret")
            #expect(try await Self.token(["--state", state.string], environment: environment) == token)
        }
    }

    @Test("a command is not run again without the token, and its error is without its last line")
    func retry() async throws {
        try await TemporaryDirectory.run { directory in
            try await Service.run(["--state", directory.string]) { service in
                let local = HTTP(socket: directory.appending("api.sock"))
                let command = #"{"task_type":"command","task_data":{"command":"echo s3cret >&2; exit 3"}}"#
                let id = try await local.post("/tasks", command).record.id
                _ = try await service.record(of: id, when: .failed)
                for path in ["/tasks", "/tasks/\(id)", "/tasks?fields=summary"] {
                    let limited = try await service.http.get(path).body
                    #expect(limited.contains(#""error":"exit code 3""#))
                    #expect(try await local.get(path).body.contains(#""error":"exit code 3: s3cret""#))
                }
                for path in ["/tasks/\(id)?detail=true", "/tasks/\(id)/log"] {
                    #expect(try await service.http.get(path).code == "commands_need_token")
                }
                let refused = try await service.http.post("/tasks/\(id)/retry", "")
                #expect(refused.code == "commands_need_token")
                #expect(refused.body.contains(directory.appending("token").string))
                #expect(refused.body.contains(directory.appending("api.sock").string))
                var keyed = local
                keyed.headers = [("Idempotency-Key", "again")]
                let again = try await keyed.post("/tasks/\(id)/retry", "")
                #expect(again.status == 201)
                let record = try again.record
                #expect(record.retryOf == id)
                #expect(again.headers["location"] == "/tasks/\(record.id)")
                let repeated = try await keyed.post("/tasks/\(id)/retry", "")
                #expect(repeated.status == 200)
                #expect(try repeated.record.id == record.id)
                _ = try await service.record(of: record.id, when: .failed)
                #expect(try await keyed.post("/tasks/\(record.id)/retry", "").code == "idempotency_key_reused")
                let work = try await service.startTask("process_data", Self.long)
                #expect(try await service.http.post("/tasks/\(work.id)/retry", "").code == "invalid_state")
                _ = try await service.http.delete("/tasks/\(work.id)")
                #expect(try await service.http.post("/tasks/\(work.id)/retry", "").status == 201)
            }
        }
    }

    @Test("values of environment variables are in nothing that the service returns, logs or stores for others")
    func secrets() async throws {
        try await TemporaryDirectory.run { directory in
            let secret = "s3cret-4711"
            let arguments = ["--state", directory.string, "--log-level", "trace", "--status-interval", "0.1"]
            try await Service.run(arguments) { service in
                let (local, task) = (
                    HTTP(socket: directory.appending("api.sock")), #"{"task_type":"command","task_data":"#
                )
                var keyed = local
                keyed.headers = [("Idempotency-Key", "key")]
                let command = task + #"{"command":"echo begun; exec sleep 1000","env":{"PASSWORD":"\#(secret)"}}}"#
                let created = try await keyed.post("/tasks", command)
                #expect(created.status == 201)
                #expect(created.body.contains(#""env":{"PASSWORD":null}"#))
                let record = try created.record
                try await service.log.line(with: "\(record.id) command running")
                var bodies = [created.body]
                for path in ["", "?fields=summary", "/\(record.id)", "/\(record.id)?detail=true", "/\(record.id)/log"] {
                    bodies.append(try await local.get("/tasks" + path).body)
                    bodies.append(try await service.http.get("/tasks" + path).body)
                }
                for data in [
                    #"{"command":"x","env":{"PASSWORD":"\#(secret)","A=B":"\#(secret)"}}}"#,
                    #"{"command":"x","env":{"PASSWORD":["\#(secret)"]}}}"#, #"{"command":"x","env":"\#(secret)"}}"#,
                    #"{"command":"x","env":{"PASSWORD":"\#(secret)\u0000"}}}"#,
                ] {
                    let refused = try await local.post("/tasks", task + data)
                    #expect(refused.status == 422)
                    bodies.append(refused.body)
                }
                #expect(try await keyed.post("/tasks", command).record.id == record.id)
                let other = try await keyed.post("/tasks", command.replacing(secret, with: "other"))
                #expect(other.code == "idempotency_key_reused")
                _ = try await local.delete("/tasks/\(record.id)")
                let again = try await local.post("/tasks/\(record.id)/retry", "")
                #expect(again.status == 201)
                let second = try again.record
                try await service.log.line(with: "\(second.id) command running")
                let pid = try await local.get("/tasks/\(second.id)").record.pid
                bodies += [again.body, try await local.get("/tasks").body]
                for body in bodies { #expect(!body.contains(secret)) }
                if Self.isRoot { try await Self.expectClosed(directory, worker: try #require(pid)) }
                _ = try await local.delete("/tasks/\(second.id)")
                #expect(await service.log.all.allSatisfy { !$0.contains(secret) })
            }
            for path in try FileManager.default.subpathsOfDirectory(atPath: directory.string) {
                let isOpen = (TemporaryDirectory.mode(of: directory.appending(path)) ?? 0) & 0o077 != 0
                #expect(!isOpen, "\(path)")
            }
        }
    }

    /// That another user can read none of the files in a state directory, nor the environment of a worker's program.
    private static func expectClosed(_ directory: FilePath, worker: Int32) async throws {
        #expect(chmod(directory.string, 0o755) == 0)
        for path in try FileManager.default.subpathsOfDirectory(atPath: directory.string) where path != "api.sock" {
            let answer = try await asNobody("cat '\(directory.appending(path))'")
            #expect(answer.hasSuffix("Permission denied"), "\(path)")
        }
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(worker)/task")
        // A child belongs to the thread that has started it.
        let children = try threads.flatMap { thread in
            try String(contentsOfFile: "/proc/\(worker)/task/\(thread)/children", encoding: .utf8).split(separator: " ")
        }
        let program = try #require(children.first)
        for process in ["\(worker)", String(program)] {
            #expect(try await asNobody("cat /proc/\(process)/environ").hasSuffix("Permission denied"))
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
                if TemporaryDirectory.mode(of: directory.appending("logs")) != nil {
                    #expect(TemporaryDirectory.mode(of: directory.appending("logs")) == S_IFDIR | 0o700)
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
