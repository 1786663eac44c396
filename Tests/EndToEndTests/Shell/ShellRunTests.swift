import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Programs that are run from the shell", .timeLimit(.minutes(15)))
struct ShellRunTests {
    @Test(
        "run ends with the exit code of the program",
        arguments: [
            (["true"], 0), (["sh", "-c", "exit 3"], 3), (["sh", "-c", "kill -SEGV $$"], 139),
            (["sh", "-c", "kill -KILL $$"], 137),
        ] as [([String], Int32)])
    func exitCodes(program: [String], code: Int32) async throws {
        try await Shell.run { shell in
            let result = try await Shell.result(
                of: BuiltProducts.taskdeck, ["run", "--"] + program, shell.environment())
            #expect(result.end == .exited(code), "\(result.errors)")
        }
    }

    @Test("the program has this directory, this environment and standard input, and writes to both streams")
    func context() async throws {
        try await Shell.run { shell in
            let script =
                "cd /usr/lib; echo text | MINE=1 taskdeck run --stdin --env MORE=2 -- "
                + "sh -c 'pwd; echo $MINE $MORE $TASKDECK_URL; cat; echo problem >&2'"
            let result = try await shell.bash(script)
            #expect(result.output == ["/usr/lib", "1 2", "text"])
            #expect(result.errors == ["problem"])
            let clean = try await shell.bash("cd /usr/lib; MINE=1 taskdeck run --clean-env -- sh -c 'pwd; echo $MINE'")
            #expect(clean.output.first != "/usr/lib")
            #expect(clean.output.last == "")
            let record = try await shell.service.http.get("/tasks").list.tasks.first
            #expect(record?.data?.string.contains(#""MINE":null"#) == true)
            // The names of all variables on one line.
            let shown = try await shell("show", "--type", "command").output
            #expect(shown.contains { $0.hasPrefix("env ") && $0.contains(" MINE ") && $0.contains(" MORE ") })
            #expect(!shown.contains { $0.contains("MINE\":") })
        }
    }

    @Test("an environment that is too large is refused, and names the way out")
    func largeEnvironment() async throws {
        try await Shell.run { shell in
            var environment: [String: String?] = [:]
            for number in 0..<6 { environment["LARGE_\(number)"] = String(repeating: "x", count: 100_000) }
            let result = try await shell("add", "--", "true", environment: environment)
            #expect(result.end == .exited(64))
            #expect(result.errors.first?.contains("use --clean-env") == true)
            #expect(try await shell("add", "--clean-env", "--", "true", environment: environment).isSuccess)
        }
    }

    @Test("Ctrl-C ends the task gracefully, a second one by force")
    func interrupts() async throws {
        try await Shell.run(["--grace", "600"]) { shell in
            for (trap, isTwice, code) in [("exit 0", false, 143), ("", true, 137)] as [(String, Bool, Int32)] {
                let program = ["sh", "-c", "trap '\(trap)' TERM; echo ready; while :; do sleep 0.05; done"]
                let end = try await RunningProgram.run(
                    BuiltProducts.taskdeck, ["run", "--"] + program, environment: shell.environment()
                ) { run in
                    try await run.output.line(with: "ready")
                    run.send(.interrupt)
                    try await run.errors.line(with: "Ctrl-C again kills it")
                    if isTwice { run.send(.interrupt) }
                }
                #expect(end == .exited(code))
            }
        }
    }

    @Test("a killed run leaves its task running, and prints the id")
    func killed() async throws {
        try await Shell.run { shell in
            let end = try await RunningProgram.run(
                BuiltProducts.taskdeck, ["run", "--", "sh", "-c", "echo ready; sleep 1000"],
                environment: shell.environment()
            ) { run in
                try await run.output.line(with: "ready")
                run.send(.terminate)
                try await run.errors.line(with: "goes on; 'taskdeck logs -f ")
            }
            #expect(end == .exited(143))
            #expect(try await shell.service.http.get("/tasks?status=running").json["total"] == 1)
            #expect(try await shell("kill", "--all").isSuccess)
        }
    }

    @Test("run whose service is killed ends, and prints the id of its task")
    func lostService() async throws {
        try await Shell.run { shell in
            let end = try await RunningProgram.run(
                BuiltProducts.taskdeck, ["run", "--", "sh", "-c", "echo ready; sleep 1000"],
                environment: shell.environment()
            ) { run in
                try await run.output.line(with: "ready")
                let id = try await shell.service.http.get("/tasks").list.tasks[0].id
                shell.service.program.send(.kill)
                try await run.errors.line(with: "'taskdeck show \(id)' shows what has become of the task")
            }
            #expect(end == .exited(69))
        }
    }

    @Test("wait, events and logs -f end with 69 when the service does", arguments: [UnixSignal.kill, .terminate])
    func endingService(signal: UnixSignal) async throws {
        try await Shell.run { shell in
            let ended = try #require(try await shell("add", "--", "true").output.first)
            let waiting = try #require(
                try await shell("add", "--at", "2099-01-01T00:00:00Z", "--", "true").output.first)
            let running = try #require(try await shell("add", "--", "sh", "-c", "echo ready; sleep 1000").output.first)
            var verbs = [["wait", ended, waiting], ["events"]]
            // A graceful end is also the end of the attempt.
            if signal == .kill { verbs.append(["logs", "-f", running]) }
            let followers = verbs
            try await withThrowingTaskGroup(of: ProcessEnd.self) { group in
                let (ready, signals) = AsyncStream.makeStream(of: Void.self)
                for verb in followers {
                    group.addTask {
                        try await RunningProgram.run(
                            BuiltProducts.taskdeck, verb, environment: shell.environment()
                        ) { verb in
                            // The task that has ended, the state of the queue, or the output.
                            try await verb.output.line(with: "")
                            signals.yield()
                            try await verb.errors.line(with: "see what has happened with 'taskdeck ls'")
                        }
                    }
                }
                var count = 0
                for await _ in ready {
                    count += 1
                    if count == followers.count { break }
                }
                shell.service.program.send(signal)
                for try await end in group { #expect(end == .exited(69)) }
            }
        }
    }

    @Test("Ctrl-C ends the task also where standard error cannot be written")
    func interruptWithoutErrors() async throws {
        try await Shell.run { shell in
            // With job control, so that the shell does not have SIGINT ignored.
            let script = """
                set -m; mkfifo pipe
                '\(BuiltProducts.taskdeck)' run -- sh -c 'echo ready; exec sleep 1000' > pipe 2> /dev/full &
                read -r < pipe; kill -INT $!; wait $!; echo $?
                """
            let result = try await shell.bash("cd '\(shell.state)'; \(script)")
            #expect(result.output == ["143"])
        }
    }

    @Test("signals end run while it reads standard input")
    func interruptedInput() async throws {
        try await Shell.run { shell in
            let end = try await RunningProgram.run(
                BuiltProducts.taskdeck, ["run", "--stdin", "--", "cat"], environment: shell.environment()
            ) { run in
                run.send(.terminate)
            }
            #expect(end == .signaled(15))
        }
    }

    @Test("a retried program is followed to its last attempt")
    func attempts() async throws {
        try await Shell.run { shell in
            let result = try await shell("run", "--retries", "1", "--", "sh", "-c", "echo $TASKDECK_ATTEMPT; exit 5")
            #expect(result.end == .exited(5))
            #expect(result.output == ["1", "2"])
        }
    }

    @Test("logs prints, follows and selects what a program has written")
    func logs() async throws {
        try await Shell.run { shell in
            let script = "echo one; echo two >&2; printf '\\033[31mred\\033[0m\\n'; echo four"
            let id = try #require(try await shell("add", "--", "sh", "-c", script).output.first)
            // The order of lines of different streams is not known.
            #expect(try await shell("logs", "-f", id).output.sorted() == ["four", "one", "red", "two"])
            #expect(try await shell("logs", "--stream", "stdout", id).output == ["one", "red", "four"])
            #expect(try await shell("logs", "--tail", "1", "--stream", "stdout", id).output == ["four"])
            #expect(try await shell("logs", "--stream", "stderr", id).output == ["two"])
            #expect(try await shell("logs", "--raw", id).output.contains("\u{1B}[31mred\u{1B}[0m"))
            let json = try await shell("logs", "--json", "--tail", "1", "--stream", "stderr", id)
            let line = Answer.json(json.text)
            #expect(line["text"] == "two")
            #expect(line["stream"] == "stderr")
            #expect(line["partial"] == false)
            #expect(line["time"]?.string.flatMap { Timestamp($0) } != nil)
            let wrong = try await shell("logs", "--attempt", "7", id)
            #expect(wrong.end == .exited(1))
            #expect(wrong.errors.count == 1)
        }
    }

    @Test("wait ends with the first exit code that is not 0, --any with that of the first to end")
    func wait() async throws {
        try await Shell.run { shell in
            let good = try #require(try await shell("add", "--", "true").output.first)
            let bad = try #require(try await shell("add", "--", "sh", "-c", "exit 4").output.first)
            let result = try await shell("wait", good, bad)
            #expect(result.end == .exited(4))
            #expect(Set(result.output) == ["\(good) completed", "\(bad) failed: exit code 4"])
            #expect(try await shell("wait", good).isSuccess)
            let long = try #require(try await shell("add", "--", "sleep", "1000").output.first)
            #expect(try await shell("wait", "--any", long, good).isSuccess)
            let late = try await shell("wait", "--timeout", "0.2", long)
            #expect(late.end == .exited(75))
            let waiting = Task { try await shell("wait", long) }
            #expect(try await shell("stop", long).isSuccess)
            #expect(try await waiting.value.end == .exited(143))
        }
    }

    @Test("wait ends with the exit code of a task that was removed after its end")
    func waitBeyondRemoval() async throws {
        try await Shell.run(["--keep", "1"]) { shell in
            let first = try #require(try await shell("add", "--", "sleep", "1000").output.first)
            let second = try #require(try await shell("add", "--", "sleep", "1000").output.first)
            let end = try await RunningProgram.run(
                BuiltProducts.taskdeck, ["wait", first, second], environment: shell.environment()
            ) { waiting in
                #expect(try await shell("kill", first).isSuccess)
                try await waiting.output.line(with: first, "killed")
                // One that ends later takes its place.
                #expect(try await shell("run", "--", "true").isSuccess)
                #expect(try await shell("show", first).end == .exited(1))
                #expect(try await shell("stop", second).isSuccess)
            }
            #expect(end == .exited(137))
        }
    }

    @Test("add --follow shows what built-in work logs, and ends with it")
    func follow() async throws {
        try await Shell.run { shell in
            let result = try await shell("add", "--follow", "-t", "process_data", "-f", "items=[1]", "-f", "delay=0")
            #expect(result.isSuccess)
            #expect(TaskID(result.output.first ?? "") != nil)
        }
    }
}
