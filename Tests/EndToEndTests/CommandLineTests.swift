import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("The command line", .timeLimit(.minutes(15)))
struct CommandLineTests {
    @Test(
        "a mistake is one line on standard error, with its exit code",
        arguments: [
            (["--bogus"], 64, "Unknown option '--bogus'"), (["extra"], 64, "Unexpected argument 'extra'"),
            (["--port"], 64, "Missing value for '--port <port>'"),
            (["--port", "x"], 64, "'x' is invalid for '--port <port>'"),
            (["--port", "65536"], 64, "--port must be between 0 and 65535, not 65536"),
            (["--log-level", "loud"], 64, "it must be trace, debug, info"),
            (["--status-interval", "0"], 64, "--status-interval must be between"), (["--grace", "-1"], 64, "--grace"),
            (["--max-running=-1"], 64, "--max-running must not be negative, but is -1"),
            (["--max-queued=-1"], 64, "--max-queued must not be negative, but is -1"),
            (["--keep=-1"], 64, "--keep must not be negative"),
            (["--on-restart", "maybe"], 64, "it must be fail or requeue"),
            (["--state", "/tmp"], 64, "--ephemeral keeps nothing on disk"),
            (["--host", "0.0.0.0"], 64, "set a token with --token-file or TASKDECK_TOKEN"),
            (
                ["--host", "not.a.host.invalid", "--token-file", "/etc/hostname"], 1,
                "is not a known name or address of this machine"
            ),
            (["--host", "not.a.host.invalid"], 1, "is not a known name or address of this machine"),
            (["--host", "127.0.0.1\u{1B}[2J\u{85}"], 1, "--host 127.0.0.1\\u{1B}[2J\\u{85} is not a known name"),
            (["--wor\u{1B}\nker"], 64, "\\u{1B}"),
            (
                ["--host", "192.0.2.1", "--port", "0", "--token-file", "/etc/hostname"], 1,
                "cannot serve on 192.0.2.1:0: address not available on this machine"
            ),
            (["--worker", "/nope"], 1, "there is no worker program at '/nope'"),
            (["--log-file", "/nope/x.log"], 1, "the log file '/nope/x.log' cannot be opened"),
            (["--token-file", "/nope"], 1, "the token file '/nope' cannot be read"),
            (["--token-file", "/dev/null"], 64, "must hold one token"),
        ] as [([String], Int32, String)])
    func mistakes(arguments: [String], code: Int32, message: String) async throws {
        let status = try await RunningProgram.run(
            BuiltProducts.taskdeck, ["--no-ui", "--ephemeral"] + arguments, environment: ["TASKDECK_TOKEN": nil]
        ) { program in
            try await program.errors.line(with: message)
            #expect(await program.errors.all.count == 1)
            #expect(await program.errors.all.first?.hasPrefix("taskdeck: ") == true)
        }
        #expect(status == .exited(code))
    }

    @Test("an argument that is not UTF-8 is refused")
    func notUTF8() async throws {
        let command = "exec '\(BuiltProducts.taskdeck)' --no-ui --port 0 --state $'/nope/\\xff'"
        let status = try await RunningProgram.run("/bin/bash", ["-c", command]) { program in
            try await program.errors.line(with: "taskdeck: the argument '/nope/\u{FFFD}' is not UTF-8")
            #expect(await program.errors.all.count == 1)
        }
        #expect(status == .exited(64))
    }

    @Test("a port in use is an error of one line")
    func portInUse() async throws {
        try await Service.run { service in
            let status = try await RunningProgram.run(
                BuiltProducts.taskdeck, ["--no-ui", "--ephemeral", "--port", "\(service.port)"],
                environment: ["TASKDECK_TOKEN": nil]
            ) { second in
                try await second.errors.line(with: "taskdeck: 127.0.0.1:\(service.port) is already in use")
                #expect(await second.errors.all.count == 1)
                #expect(await second.output.all.isEmpty)
            }
            #expect(status == .exited(1))
            #expect(try await service.http.get("/health").status == 200)
        }
    }

    @Test("no socket gets the number of a closed standard stream", arguments: 0...2)
    func closedStream(stream: Int) async throws {
        let command = "exec '\(BuiltProducts.taskdeck)' --no-ui --port 0 --ephemeral --log-level debug \(stream)>&-"
        let status = try await RunningProgram.run("/bin/bash", ["-c", command]) { program in
            let stream = stream == 1 ? program.errors : program.output
            let address = try await stream.line(with: "listening on ").split(separator: " ").last ?? ""
            let http = HTTP(base: String(address))
            let task = try await http.post("/tasks", #"{"task_type":"process_data"}"#)
            #expect(task.status == 201)
            #expect(try await http.get("/health").json["status"] == "ok")
            program.send(.terminate)
        }
        #expect(status == .exited(0))
    }

    @Test("a full standard output without a reader delays nothing")
    func stalledOutput() async throws {
        try await TemporaryDirectory.run { directory in
            let command = """
                mkdir -p '\(directory)'; mkfifo '\(directory)/pipe'; exec 3<>'\(directory)/pipe'
                dd if=/dev/zero of=/dev/fd/3 bs=4096 oflag=nonblock 2>/dev/null
                exec '\(BuiltProducts.taskdeck)' --no-ui --port 0 --ephemeral --log-level debug >&3
                """
            let status = try await RunningProgram.run("/bin/bash", ["-c", command]) { program in
                let address = try await program.errors.line(with: "listening on ").split(separator: " ").last ?? ""
                #expect(try await HTTP(base: String(address)).get("/health").json["status"] == "ok")
                program.send(.terminate)
                let hasEnded = try await ProcessWatch.ends(program.pid, within: .seconds(30))
                #expect(hasEnded)
                if !hasEnded { program.send(.kill) }
            }
            #expect(status == .exited(0))
        }
    }

    @Test("--version prints the version")
    func version() async throws {
        let status = try await RunningProgram.run(BuiltProducts.taskdeck, ["--version"]) { program in
            try await program.output.line(with: "taskdeck \(taskdeckVersion)")
        }
        #expect(status == .exited(0))
    }

    @Test("help shows every flag with its default")
    func help() async throws {
        let status = try await RunningProgram.run(BuiltProducts.taskdeck, ["--help"]) { program in
            try await program.output.line(with: "-h, --help")
            let help = await program.output.all.joined(separator: " ").split(separator: " ").joined(separator: " ")
            for (flag, fallback) in [
                ("--no-ui", "off"), ("--host", "127.0.0.1"), ("--port", "8000"), ("--log-level", "info"),
                ("--log-file", "none"),
                ("--status-interval", "10.0"), ("--grace", "5.0"),
                ("--token-file", "the variable TASKDECK_TOKEN, if set"),
                ("--worker", "taskdeck-worker beside this program"), ("--max-running", "4 per processor"),
                ("--state", "$XDG_STATE_HOME/taskdeck, or ~/.local/state/taskdeck"), ("--ephemeral", "off"),
                ("--on-restart", "fail"), ("--keep", "10000"),
            ] {
                #expect(help.contains(flag + " "), "\(flag)")
                #expect(help.contains("(default: \(fallback))"), "\(flag)")
            }
        }
        #expect(status == .exited(0))
    }

    @Test("the worker links none of the supervisor's large libraries")
    func worker() async throws {
        let status = try await RunningProgram.run("/usr/bin/ldd", [BuiltProducts.worker.string]) { ldd in
            try await ldd.output.line(with: "libc.so")
        }
        #expect(status == .exited(0))
        _ = try await RunningProgram.run("/usr/bin/ldd", [BuiltProducts.worker.string]) { ldd in
            try await ldd.output.line(with: "libswiftCore")
            #expect(await !ldd.output.all.contains { $0.contains("libFoundation.so") || $0.contains("ICU") })
        }
    }
}
