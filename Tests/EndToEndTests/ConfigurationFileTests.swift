import FoundationEssentials
import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("The configuration file", .timeLimit(.minutes(15)))
struct ConfigurationFileTests {
    private static let types = """
        types:
          greet:
            description: Greets somebody
            command: [echo, "Hello {name}"]
            fields: {name: {type: string, min: 1}}
          list: {command: [ls, -l]}

        """

    /// Runs `body` with the path of a file.
    private static func withFile(_ text: String, _ body: (FilePath) async throws -> Void) async throws {
        try await TemporaryDirectory.run { path in
            try FileManager.default.createDirectory(
                atPath: path.appending("taskdeck").string, withIntermediateDirectories: true)
            let file = path.appending("taskdeck/config.yaml")
            try write(text, to: file)
            try await body(file)
        }
    }

    private static func write(_ text: String, to file: FilePath) throws {
        try text.write(toFile: file.string, atomically: true, encoding: .utf8)
    }

    /// Runs taskdeck, which ends by itself.
    private static func expect(
        _ status: ProcessEnd, output: [String], errors: [String], of arguments: [String],
        environment: [String: String?] = [:]
    ) async throws {
        let ended = try await RunningProgram.run(BuiltProducts.taskdeck, arguments, environment: environment) {
            program in
            #expect(await program.errors.allAtEnd() == errors)
            #expect(await program.output.allAtEnd() == output)
        }
        #expect(ended == status)
    }

    // MARK: - Checking

    @Test("a file without problems is checked by the number of its types")
    func check() async throws {
        try await Self.withFile(Self.types + "flags: {port: 8001}\n") { file in
            try await Self.expect(
                .exited(0), output: ["2 types"], errors: [], of: ["--config", file.string, "--check-config"])
            let directory = file.removingLastComponent().removingLastComponent()
            try await Self.expect(
                .exited(0), output: ["2 types"], errors: [], of: ["--check-config"],
                environment: ["XDG_CONFIG_HOME": directory.string])
            try await Self.expect(
                .exited(0), output: ["0 types"], errors: [], of: ["--check-config"],
                environment: ["XDG_CONFIG_HOME": directory.appending("nothing").string])
        }
    }

    @Test("all problems of a file are lines with the place of each, also those of flags")
    func problems() async throws {
        let text = """
            types:
              greet: {comand: [echo]}
            """
        try await Self.withFile(text) { file in
            try await Self.expect(
                .exited(64), output: [],
                errors: [
                    "\(file):2:10: the type 'greet' has no 'command'; write one, such as [rsync, \"{source}\"]",
                    "\(file):2:11: 'comand' is not known in the type 'greet'; did you mean 'command'?",
                ], of: ["--no-ui", "--ephemeral", "--config", file.string])
        }
        try await Self.withFile("flags:\n  port: 99999\n  log-level: loud\n  grace: x\n") { file in
            try await Self.expect(
                .exited(64), output: [],
                errors: [
                    "\(file):2:9: --port must be between 0 and 65535, not 99999",
                    "\(file):3:14: The value 'loud' is invalid for '--log-level <log-level>': "
                        + "it must be trace, debug, info, notice, warning, error or critical",
                    "\(file):4:10: The value 'x' is invalid for '--grace <grace>'",
                ], of: ["--check-config", "--config", file.string])
        }
        try await Self.withFile("flags: {ephemeral: true, state: /tmp}") { file in
            try await Self.expect(
                .exited(64), output: [],
                errors: ["\(file):1:33: --ephemeral keeps nothing on disk, and so has no use for --state"],
                of: ["--check-config", "--config", file.string])
        }
    }

    @Test("a named file must be there")
    func missing() async throws {
        try await Self.expect(
            .exited(1), output: [],
            errors: ["taskdeck: the configuration file '/nope/c.yaml' cannot be read: No such file or directory"],
            of: ["--config", "/nope/c.yaml", "--no-ui", "--ephemeral"])
    }

    @Test(
        "the default file of a user whose directory is closed is as if it were missing; one that is only unreadable is not",
        .enabled(if: getuid() == 0))
    func closedHome() async throws {
        try await TemporaryDirectory.run { path in
            try FileManager.default.createDirectory(
                atPath: path.appending("taskdeck").string, withIntermediateDirectories: true)
            let program = path.appending("program").string
            try FileManager.default.copyItem(atPath: BuiltProducts.taskdeck.string, toPath: program)
            let file = path.appending("taskdeck/config.yaml")
            try Self.write(Self.types, to: file)
            for (directory, mode, errors) in [
                (0o700, 0o644, []),
                (0o755, 0o600, ["taskdeck: the configuration file '\(file)' cannot be read: Permission denied"]),
            ] as [(mode_t, mode_t, [String])] {
                chmod(path.string, 0o755)
                chmod(path.appending("taskdeck").string, directory)
                chmod(file.string, mode)
                let ended = try await RunningProgram.run(
                    "/usr/bin/setpriv", ["--reuid", "65534", "--clear-groups", program, "--check-config"],
                    environment: ["XDG_CONFIG_HOME": path.string]
                ) { program in
                    #expect(await program.errors.allAtEnd() == errors)
                    #expect(await program.output.allAtEnd() == (errors.isEmpty ? ["0 types"] : []))
                }
                #expect(ended == .exited(errors.isEmpty ? 0 : 1))
            }
        }
    }

    // MARK: - Flags

    @Test("every flag that changes the service can stand in the file")
    func names() async throws {
        let others: Set<String> = ["config", "check-config", "version", "help"]
        try await Self.withFile("flags: {zzzzzzzzzzzz: 1}") { file in
            _ = try await RunningProgram.run(BuiltProducts.taskdeck, ["--help"]) { program in
                let help = await program.output.allAtEnd().prefix { $0 != "VERBS:" }
                let flags = help.compactMap { line in
                    line.split(separator: " ").first { $0.hasPrefix("--") }.map { $0.dropFirst(2).filter { $0 != "," } }
                }
                let names = Set(flags).subtracting(others).sorted().joined(separator: ", ")
                try await Self.expect(
                    .exited(64), output: [],
                    errors: [
                        "\(file):1:9: there is no flag 'zzzzzzzzzzzz' that can stand in a file; flags are \(names)"
                    ], of: ["--check-config", "--config", file.string])
            }
        }
    }

    @Test(
        "flags of the command line and the environment override those of the file",
        arguments: [
            ("{no-ui: true, port: 0, ephemeral: true, max-running: 3}", [], 3),
            (
                "{no-ui: true, port: 1, state: /nope, max-running: 3}",
                ["--ephemeral", "--port", "0", "--max-running=2"], 2
            ),
            ("{no-ui: true, port: 0, ephemeral: true, max-running: 3, token-file: /nope}", [], 3),
        ] as [(String, [String], Int)])
    func precedence(flags: String, arguments: [String], maxRunning: Int) async throws {
        try await Self.withFile("flags: \(flags)") { file in
            let token: String? = flags.contains("token") ? "secret" : nil
            let ended = try await RunningProgram.run(
                BuiltProducts.taskdeck, ["--config", file.string] + arguments, environment: ["TASKDECK_TOKEN": token]
            ) { program in
                let address = try await program.output.line(with: "listening on ").split(separator: " ").last ?? ""
                var http = HTTP(base: String(address))
                if let token { http.headers = [("Authorization", "Bearer \(token)")] }
                let queue = try await http.get("/queue")
                #expect(queue.json["max_running"] == .integer(Int64(maxRunning)))
                program.send(.terminate)
            }
            #expect(ended == .exited(0))
        }
    }

    // MARK: - Types

    @Test("declared types are listed, and validated like built-in ones")
    func declared() async throws {
        try await Self.withFile(Self.types) { file in
            try await Service.run(["--config", file.string]) { service in
                let types = try await service.http.get("/types").json["types"]
                guard case .array(let list)? = types else {
                    Issue.record("no types")
                    return
                }
                #expect(list.suffix(2).map { $0.members?["name"] } == ["greet", "list"])
                #expect(list.suffix(2).first?.members?["description"] == "Greets somebody")
                let answer = try await service.http.post("/tasks", #"{"task_type":"greet","task_data":{"name":""}}"#)
                #expect(answer.status == 422)
                #expect(answer.body.contains("task_data.name must have at least 1 characters, not 0"))
            }
        }
    }

    @Test("SIGHUP without a terminal replaces the types, or leaves all as they were")
    func reload() async throws {
        try await Self.withFile(Self.types) { file in
            let arguments = ["--no-ui", "--port", "0", "--ephemeral", "--config", file.string]
            // In a session without a terminal.
            let ended = try await RunningProgram.run(
                "/usr/bin/setsid", [BuiltProducts.taskdeck.string] + arguments, environment: ["TASKDECK_TOKEN": nil]
            ) { program in
                let address = try await program.output.line(with: "listening on ").split(separator: " ").last ?? ""
                let http = HTTP(base: String(address))
                let greeting = #"{"task_type":"greet","task_data":{"name":"x"},"not_before":"2100-01-01T00:00:00Z"}"#
                #expect(try await http.post("/tasks", greeting).status == 201)
                try Self.write("types: {leave: {command: [echo, bye]}}", to: file)
                program.send(.hangUp)
                try await program.errors.line(with: "the configuration has been read again: 1 declared types")
                #expect(try await http.post("/tasks", greeting).status == 422)
                try Self.write("types: {enter: {command: [echo]}, leave: {}}", to: file)
                program.send(.hangUp)
                try await program.errors.line(with: "\(file):1:42: ")
                try await program.errors.line(with: "the declared types are as before")
                let leave = #"{"task_type":"leave","not_before":"2100-01-01T00:00:00Z"}"#
                #expect(try await http.post("/tasks", leave).status == 201)
                #expect(try await http.post("/tasks", #"{"task_type":"enter"}"#).status == 422)
                program.send(.terminate)
            }
            #expect(ended == .exited(0))
        }
    }
}
