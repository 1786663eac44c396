import FoundationEssentials
import GRDB
import Glibc
import JSON
import NIOConcurrencyHelpers
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("A start that fails", .timeLimit(.minutes(15)))
struct FailedStartTests {
    private static let long = #"{"items":[1],"delay":1000}"#

    @Test("starts no task and changes none, whatever the failure")
    func queue() async throws {
        try await TemporaryDirectory.run { state in
            let ids = NIOLockedValueBox<[TaskID]>([])
            // One runs when the service is killed, and three wait.
            let killed = try await Service.run(["--state", state.string, "--max-running", "1"]) { service in
                _ = try await service.startTask("process_data", Self.long)
                for _ in 0..<3 {
                    let id = try await service.createTask("process_data", Self.long)
                    ids.withLockedValue { $0.append(id) }
                }
                service.program.send(.kill)
            }
            #expect(killed == .signaled(SIGKILL))
            let before = try await Self.rows(state)
            #expect(before.compactMap { $0.split(separator: " ").first } == ["active", "queued", "queued", "queued"])
            try await Service.run { other in
                for flags in [
                    ["--port", "\(other.port)"], ["--port", "\(other.port)", "--on-restart", "requeue"],
                    ["--host", "not.a.host.invalid", "--token-file", "/etc/hostname"],
                    ["--host", "192.0.2.1", "--token-file", "/etc/hostname"], ["--log-file", "/nope/log"],
                    ["--worker", "/nope"], ["--token-file", "/nope"],
                ] {
                    let status = try await RunningProgram.run(
                        BuiltProducts.taskdeck, ["--no-ui", "--state", state.string] + flags,
                        environment: ["TASKDECK_TOKEN": nil]
                    ) { program in
                        let lines = await program.errors.allAtEnd()
                        #expect(lines.count == 1)
                        #expect(lines.first?.hasPrefix("taskdeck: ") == true)
                        #expect(await program.output.allAtEnd().isEmpty)
                    }
                    #expect(status == .exited(1), "\(flags)")
                    #expect(try await Self.rows(state) == before, "\(flags)")
                }
            }
            let waiting = ids.withLockedValue { $0 }
            try await Service.run(["--state", state.string]) { service in
                for id in waiting { _ = try await service.record(of: id, when: .running) }
                #expect(try await service.http.get("/tasks").json["total"] == 4)
            }
        }
    }

    @Test("a signal during the start, here during the wait for the database, ends it at once")
    func signal() async throws {
        try await TemporaryDirectory.run { state in
            try await Service.run(["--state", state.string]) { _ in }
            let database = try await LockedDatabase(in: state)
            defer { database.unlock() }
            // By a shell, which takes no part in this process's many tests: the wait lasts for 5 s. The line is logged
            // before the database is opened.
            let script = """
                coproc { exec "$0" --port 0 --state "$1" 2>&1 >/dev/null; }
                service=$COPROC_PID
                grep -qm1 'no dashboard, since' <&"${COPROC[0]}"
                kill "$service"
                wait "$service"
                """
            let status = try await RunningProgram.run(
                "/bin/bash", ["-c", script, BuiltProducts.taskdeck.string, state.string],
                environment: ["TASKDECK_TOKEN": nil]
            ) { _ in }
            #expect(status == .exited(0))
        }
    }

    private static func rows(_ state: FilePath) async throws -> [String] {
        try await DatabaseQueue(path: state.appending("tasks.sqlite").string).read { db in
            try String.fetchAll(
                db, sql: "SELECT status || ' ' || id || ' ' || since || ' ' || record FROM task ORDER BY id")
        }
    }

    @Test(
        "a log file that is a pipe without a reader, or a directory, is an error of one line", arguments: [true, false])
    func oddLogFiles(isPipe: Bool) async throws {
        try await TemporaryDirectory.run { path in
            #expect((isPipe ? mkfifo(path.string, 0o600) : mkdir(path.string, 0o700)) == 0)
            try await Self.expectRefusal(
                ["--log-file", path.string], 1,
                "the log file '\(path)' cannot be opened: \(isPipe ? "nothing reads from it" : "Is a directory")")
        }
    }

    @Test("a worker program that is not executable is an error of one line")
    func oddWorkers() async throws {
        try await Self.expectRefusal(["--worker", "/tmp"], 1, "the worker program '/tmp' is not an executable file")
        try await TemporaryDirectory.run { path in
            try "no program".write(toFile: path.string, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path.string)
            try await Self.expectRefusal(
                ["--worker", path.string], 1, "the worker program '\(path)' is not an executable file")
        }
    }

    @Test(
        "a token file contains one token, or is refused",
        arguments: [
            ("", "must hold one token"), ("a b", "must hold one token"), ("a\0b", "must hold one token"),
            ("ä", "must hold one token"), (String(repeating: "a", count: 5000), "is longer than 4096 bytes"),
        ])
    func oddTokens(contents: String, message: String) async throws {
        try await TemporaryDirectory.run { path in
            try contents.write(toFile: path.string, atomically: true, encoding: .utf8)
            try await Self.expectRefusal(["--token-file", path.string], 64, message)
        }
    }

    @Test("a token file that is a directory or a pipe without a writer is refused, one with a writer is read")
    func oddTokenFiles() async throws {
        try await Self.expectRefusal(
            ["--token-file", "/tmp"], 1, "the token file '/tmp' cannot be read: Is a directory")
        try await TemporaryDirectory.run { path in
            #expect(mkfifo(path.string, 0o600) == 0)
            try await Self.expectRefusal(["--token-file", path.string], 64, "must hold one token")
        }
        let command =
            "exec '\(BuiltProducts.taskdeck)' --no-ui --port 0 --ephemeral --token-file <(sleep 0.2; echo secret)"
        let status = try await RunningProgram.run("/bin/bash", ["-c", command]) { program in
            let address = try await program.output.line(with: "listening on ").split(separator: " ").last ?? ""
            var http = HTTP(base: String(address))
            #expect(try await http.get("/tasks").status == 401)
            http.headers = [("Authorization", "Bearer secret")]
            #expect(try await http.get("/tasks").status == 200)
            program.send(.terminate)
        }
        #expect(status == .exited(0))
    }

    @Test(
        "with too few descriptors the error names the number needed", arguments: [8, 10, 16, 24, 47])
    func fewDescriptors(limit: Int) async throws {
        let command = "ulimit -n \(limit); exec '\(BuiltProducts.taskdeck)' --no-ui --port 0 --ephemeral"
        let status = try await RunningProgram.run("/bin/bash", ["-c", command]) { program in
            try await program.errors.line(with: "taskdeck: at least ", "open files are needed", "only \(limit)")
            #expect(await program.errors.allAtEnd().count == 1)
        }
        #expect(status == .exited(1))
    }

    @Test("a preloaded library that calls setenv does not hide the arguments")
    func preloaded() async throws {
        try await TemporaryDirectory.run { path in
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
            let (source, library) = (path.appending("preload.c"), path.appending("preload.so"))
            try """
            #include <stdlib.h>
            __attribute__((constructor)) static void set(void) { setenv("A_VARIABLE_OF_ITS_OWN", "1", 1); }
            """.write(toFile: source.string, atomically: true, encoding: .utf8)
            let compiled = try await RunningProgram.run(
                "/usr/bin/cc", ["-shared", "-fPIC", "-o", library.string, source.string]
            ) { _ in }
            #expect(compiled == .exited(0))
            let status = try await RunningProgram.run(
                BuiltProducts.taskdeck, ["--version"], environment: ["LD_PRELOAD": library.string]
            ) { program in
                try await program.output.line(with: "taskdeck \(taskdeckVersion)")
            }
            #expect(status == .exited(0))
        }
    }

    private static func expectRefusal(_ flags: [String], _ code: Int32, _ message: String) async throws {
        let status = try await RunningProgram.run(
            BuiltProducts.taskdeck, ["--no-ui", "--port", "0", "--ephemeral"] + flags,
            environment: ["TASKDECK_TOKEN": nil]
        ) { program in
            let lines = await program.errors.allAtEnd()
            #expect(lines.count == 1)
            #expect(lines.first?.contains(message) == true, "\(lines)")
        }
        #expect(status == .exited(code))
    }
}
