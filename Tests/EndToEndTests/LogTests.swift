import FoundationEssentials
import Glibc
import JSON
import NIOConcurrencyHelpers
import SystemPackage
import TaskModel
import TestSupport
import Testing

/// The real program with real commands, read by `curl`.
@Suite("The log of a task", .timeLimit(.minutes(15)))
struct LogTests {
    /// A service with its Unix socket.
    private struct Host: Sendable {
        let service: Service
        let directory: FilePath
        var socket: FilePath { directory.appending("api.sock") }
        var local: HTTP { HTTP(socket: socket) }

        /// Creates a task that runs a shell script.
        func run(_ script: String, _ members: [JSONName: JSONValue] = [:]) async throws -> TaskID {
            let body = JSONValue.object(
                ["task_type": "command", "task_data": .object(["command": .string(script)])]
                    .merging(members) { own, _ in own })
            return try await local.post("/tasks", body.jsonText).record.id
        }

        /// The bytes of an answer, unchanged.
        func bytes(_ path: String, _ arguments: String...) async throws -> [UInt8] {
            let file = directory.appending("answer-\(UInt64.random(in: 0 ... .max))").string
            let status = try await RunningProgram.run(
                "/usr/bin/curl",
                ["-s", "--unix-socket", socket.string, "-o", file, "http://localhost" + path] + arguments
            ) { _ in }
            #expect(status == .exited(0))
            return Array(try Data(contentsOf: URL(filePath: file)))
        }

        /// Calls `body` with every line of a log that is followed; returns all of them.
        func follow(_ id: TaskID, body: @Sendable (String) async throws -> Void) async throws -> [String] {
            let lines = NIOLockedValueBox<[String]>([])
            let status = try await RunningProgram.run(
                "/usr/bin/curl",
                ["-sN", "--unix-socket", socket.string, "http://localhost/tasks/\(id)/log?follow=true"]
            ) { curl in
                var index = 0
                while let line = await curl.output.line(at: index) {
                    index += 1
                    lines.withLockedValue { $0.append(line) }
                    try await body(line)
                }
            }
            #expect(status == .exited(0))
            return lines.withLockedValue(\.self)
        }
    }

    private static func run(
        _ arguments: [String] = [], _ body: @Sendable (Host) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.run { directory in
            try await Service.run(["--state", directory.string] + arguments) { service in
                try await body(Host(service: service, directory: directory))
            }
        }
    }

    private static func write(_ text: String, to fifo: FilePath) throws {
        let file = try FileDescriptor.open(fifo, .writeOnly)
        _ = try file.closeAfter { try file.writeAll(text.utf8) }
    }

    @Test("a log is read in all formats, its streams apart or together, to its owner only")
    func formats() async throws {
        try await Self.run { host in
            let id = try await host.run(
                #"printf 'one\n\033[31mtwo\033[0m\n 10%%\r 50%%\r100%%\n'; sleep 0.2; echo err >&2"#)
            _ = try await host.service.record(of: id, when: .completed)
            let path = "/tasks/\(id)/log"
            #expect(try await host.local.get(path).body == "one\ntwo\n100%\nerr\n")
            #expect(try await host.local.get(path + "?tail=2").body == "100%\nerr\n")
            #expect(try await host.local.get(path + "?stream=stderr").body == "err\n")
            #expect(try await host.local.get(path + "?stream=stdout&tail=1").body == "100%\n")
            let raw = try await host.bytes(path + "?format=raw&stream=stdout")
            #expect(raw == Array("one\n\u{1B}[31mtwo\u{1B}[0m\n 10%\r 50%\r100%\n".utf8))
            let cri = try await host.local.get(path + "?format=cri&tail=1").body
            #expect(cri.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z stderr F err\n/) != nil)
            #expect(try await host.local.get(path + "?since=1h").body.utf8.count == 17)
            #expect(try await host.local.get(path + "?since=2999-01-01T00:00:00Z").body.isEmpty)
            #expect(try await host.local.get(path + "?attempt=2").code == "attempt_not_found")
            let refused = try await host.service.http.get(path)
            #expect(refused.status == 403)
            #expect(refused.code == "commands_need_token")
            let head = try await host.local.send("HEAD", path)
            #expect(head.status == 200)
            #expect(head.headers["etag"] != nil)
        }
    }

    @Test("long lines and bytes that are no text come as they were written, and a command that writes nothing is empty")
    func bytes() async throws {
        try await Self.run { host in
            let id = try await host.run(
                #"head -c 1048576 /dev/zero | tr '\0' x; echo; printf '\377\000\001\n'; printf end"#)
            let silent = try await host.run("true")
            for id in [id, silent] { _ = try await host.service.record(of: id, when: .completed) }
            let expected = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) + [10, 255, 0, 1, 10] + "end".utf8
            #expect(try await host.bytes("/tasks/\(id)/log?format=raw") == expected)
            #expect(try await host.bytes("/tasks/\(id)/log").prefix(1 << 20) == expected.prefix(1 << 20))
            let answer = try await host.local.get("/tasks/\(silent)/log")
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
    }

    @Test("a dropped beginning is marked")
    func truncated() async throws {
        try await Self.run(["--log-limit", "64k"]) { host in
            let id = try await host.run("seq 100000")
            _ = try await host.service.record(of: id, when: .completed)
            let answer = try await host.local.get("/tasks/\(id)/log")
            #expect(answer.headers["x-log-truncated"] == "true")
            #expect(answer.body.hasSuffix("\n99999\n100000\n"))
            #expect(answer.body.utf8.count < 64 << 10)
        }
    }

    @Test("any range of a finished log is that part of it")
    func ranges() async throws {
        try await Self.run { host in
            let id = try await host.run("printf '0123456789\\n'")
            let long = try await host.run("seq 40000")
            for id in [id, long] { _ = try await host.service.record(of: id, when: .completed) }
            let whole = try await host.bytes("/tasks/\(long)/log")
            // Around the parts in which logs are read.
            let edges = [0, 1, 65_535, 65_536, 65_537, 131_072, whole.count - 1, whole.count].flatMap { [$0, $0 + 1] }
            for (id, content, edges) in [(id, Array("0123456789\n".utf8), Array(0...12)), (long, whole, edges)] {
                for first in edges {
                    for last in edges where last >= first {
                        var http = host.local
                        http.headers = [("Range", "bytes=\(first)-\(last)")]
                        let answer = try await http.get("/tasks/\(id)/log")
                        guard first < content.count else {
                            #expect(answer.status == 416)
                            #expect(answer.headers["content-range"] == "bytes */\(content.count)")
                            continue
                        }
                        let part = content[first...min(last, content.count - 1)]
                        #expect(answer.status == 206)
                        #expect(
                            answer.headers["content-range"]
                                == "bytes \(part.startIndex)-\(part.endIndex - 1)/\(content.count)")
                        #expect(Array(answer.body.utf8) == Array(part))
                    }
                }
            }
            // As a download is continued.
            let tag = try #require(try await host.local.get("/tasks/\(id)/log").headers["etag"])
            var http = host.local
            http.headers = [("Range", "bytes=5-"), ("If-Range", tag)]
            #expect(try await http.get("/tasks/\(id)/log").body == "56789\n")
            http.headers = [("Range", "bytes=5-"), ("If-Range", "\"other\"")]
            #expect(try await http.get("/tasks/\(id)/log").status == 200)
        }
    }

    @Test("a follower gets lines as they are written, until the attempt has ended")
    func follow() async throws {
        try await Self.run { host in
            let (first, second) = (host.directory.appending("first"), host.directory.appending("second"))
            for fifo in [first, second] { #expect(mkfifo(fifo.string, 0o600) == 0) }
            let id = try await host.run("echo one; cat '\(first)'; cat '\(second)'; echo end", ["retries": 3])
            let lines = try await host.follow(id) { line in
                switch line {
                case "one": try Self.write("two\n", to: first)
                case "two": try Self.write("three\n", to: second)
                default: break
                }
            }
            #expect(lines == ["one", "two", "three", "end"])
        }
    }

    @Test("a follower of a failed attempt is not continued by the next one, which has a log of its own")
    func retry() async throws {
        try await Self.run { host in
            let fifo = host.directory.appending("fifo")
            #expect(mkfifo(fifo.string, 0o600) == 0)
            let id = try await host.run(
                "echo attempt $TASKDECK_ATTEMPT; cat '\(fifo)'; test $TASKDECK_ATTEMPT = 2", ["retries": 1])
            let lines = try await host.follow(id) { line in
                if line == "attempt 1" { try Self.write("x\n", to: fifo) }
            }
            #expect(lines == ["attempt 1", "x"])
            // The second attempt begins 1 s later.
            let second = try await host.local.get("/tasks/\(id)/log?attempt=1")
            #expect(second.body == "attempt 1\nx\n")
            #expect(second.headers["etag"] != nil)
            try await host.service.log.line(with: "\(id) command running")
            try Self.write("y\n", to: fifo)
            _ = try await host.service.record(of: id, when: .completed)
            #expect(try await host.local.get("/tasks/\(id)/log").body == "attempt 2\ny\n")
            #expect(try await host.local.get("/tasks/\(id)/log?attempt=1").body == "attempt 1\nx\n")
        }
    }

    @Test("a shutdown ends the followers of all tasks, queued ones included")
    func shutdown() async throws {
        try await Self.run(["--max-running", "1"]) { host in
            let running = try await host.run("echo one; sleep 1000")
            let queued = try await host.run("echo two")
            let url = "http://localhost/tasks/\(queued)/log?follow=true"
            let status = try await RunningProgram.run(
                "/usr/bin/curl", ["-vsN", "--unix-socket", host.socket.string, url]
            ) { follower in
                try await follower.errors.line(with: "< HTTP/1.1 200")
                let lines = try await host.follow(running) { line in
                    if line == "one" { host.service.program.send(.terminate) }
                }
                #expect(lines == ["one"])
                #expect(await follower.output.allAtEnd().isEmpty)
            }
            #expect(status == .exited(0))
        }
    }

    /// Runs `body` with the path of a program that behaves as a worker, runs a script once it has its assignment, and is in
    /// a directory of its own.
    private static func withWorker(
        _ script: String, _ body: (_ worker: String, _ directory: FilePath) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.run { directory in
            mkdir(directory.string, 0o700)
            let worker = directory.appending("worker").string
            let hello = #"{"event":"hello","host":"127.0.0.1","port":4000}"#
            let text = "#!/bin/bash\nread -r assignment\necho '\(hello)'\n\(script)\n"
            try text.write(toFile: worker, atomically: true, encoding: .utf8)
            chmod(worker, 0o755)
            try await body(worker, directory)
        }
    }

    @Test("the log of a built-in type is its worker's standard error, for every client")
    func builtIn() async throws {
        let script = #"echo first >&2; printf 'a\rb\033[31mc\n' >&2; read -r end"#
        try await Self.withWorker(script) { worker, directory in
            try await Service.run(
                ["--state", directory.appending("state").string, "--worker", worker, "--grace", "0"]
            ) { service in
                let host = Host(service: service, directory: directory.appending("state"))
                let id = try await service.createTask("process_data", "{}")
                // The service keeps lines with their control characters made visible.
                let shown = #"a\u{D}b\u{1B}[31mc"#
                let lines = try await host.follow(id) { line in
                    if line == shown { _ = try await service.http.delete("/tasks/\(id)") }
                }
                #expect(lines == ["first", shown])
                let path = "/tasks/\(id)/log"
                #expect(try await service.http.get(path).body == "first\n\(shown)\n")
                #expect(try await service.http.get(path + "?tail=1").body == shown + "\n")
                #expect(try await service.http.get(path + "?stream=stdout").body.isEmpty)
                #expect(try await service.http.get(path + "?format=raw&tail=1").body == shown + "\n")
                #expect(try await service.http.get(path + "?format=cri").code == "invalid_parameter")
                var http = service.http
                http.headers = [("Range", "bytes=0-5")]
                let range = try await http.get(path)
                #expect(range.status == 206)
                #expect(range.body == "first\n")
            }
        }
    }

    @Test("the log of a built-in type is that of the latest attempt, and so is the line in its error")
    func builtInAttempts() async throws {
        let script = """
            mkdir "$0.begun" 2> /dev/null || { echo second >&2; read -r end; exit 2; }
            echo first >&2
            exit 1
            """
        try await Self.withWorker(script) { worker, _ in
            try await Service.run(["--worker", worker]) { service in
                let task = #"{"task_type":"process_data","task_data":{},"retries":1}"#
                let id = try await service.http.post("/tasks", task).record.id
                try await service.log.line(with: "\(id) process_data attempt 1 of 2: ", "last log line: first")
                #expect(try await service.http.get("/tasks/\(id)/log").body == "first\n")
                // Before it begins.
                #expect(try await service.http.get("/tasks/\(id)/log?attempt=2").body.isEmpty)
                let path = "/tasks/\(id)/log?attempt=2&follow=true"
                #expect(try await service.http.read(path, until: "second\n") == "second\n")
                #expect(try await service.http.get("/tasks/\(id)/log").body == "second\n")
                let record = try await service.http.get("/tasks/\(id)").record
                ProcessWatch.send(.kill, to: try #require(record.pid))
                #expect(
                    try await service.record(of: id, when: .failed).error?.hasSuffix("; last log line: second") == true)
            }
        }
    }
}
