import FoundationEssentials
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Verbs in the shell", .timeLimit(.minutes(15)))
struct ShellVerbTests {
    private static let long = ["-t", "process_data", "-f", "items=[1]", "-f", "delay=1000"]

    /// Adds a task that runs for long.
    private static func addLong(_ shell: Shell, _ more: String...) async throws -> String {
        let result = try await Shell.result(
            of: BuiltProducts.taskdeck, ["add"] + long + more, shell.environment())
        #expect(result.isSuccess)
        #expect(result.errors.isEmpty)
        #expect(result.output.count == 1)
        return try #require(result.output.first)
    }

    @Test("add prints the id and nothing else, ls and show show the task")
    func add() async throws {
        try await Shell.run { shell in
            let id = try await Self.addLong(shell, "--name", "my task", "--priority", "-5", "--retries", "2")
            let record = try await shell.service.http.get("/tasks/\(id)").record
            #expect(record.name == "my task")
            #expect(record.options.priority == -5)
            #expect(record.options.retries == 2)
            #expect(record.data?.string == #"{"delay":1000,"items":[1]}"#)
            let list = try await shell("ls")
            #expect(list.output.count == 2)
            #expect(list.output.first?.hasPrefix("ID  ") == true)
            #expect(list.output.last?.hasPrefix("\(id)  ") == true)
            #expect(list.output.last?.contains("my task") == true)
            #expect(try await shell("ls", "-q").output == [id])
            let details = try await shell("show", String(id.suffix(8)))
            #expect(details.output.first?.hasPrefix("\(id)  process_data  ") == true)
            #expect(details.output.contains { $0.hasPrefix("name") && $0.hasSuffix("my task") })
            #expect(details.output.contains { $0.contains("priority -5, retries 2") })
        }
    }

    @Test("--json prints what the API answers")
    func json() async throws {
        try await Shell.run(["--max-running", "1"]) { shell in
            let http = shell.service.http
            let added = try await shell("add", "-t", "process_data", "--json")
            let id = try #require(Answer.json(added.text)["task_id"]?.string)
            _ = try await shell.service.record(of: try #require(TaskID(id)), when: .completed)
            for (verb, path) in [
                (["show", id], "/tasks/\(id)"), (["ls"], "/tasks?fields=summary"), (["queue"], "/queue"),
                (["types"], "/types"),
            ] {
                let result = try await Shell.result(
                    of: BuiltProducts.taskdeck, verb + ["--json"], shell.environment())
                #expect(result.text == (try await http.get(path).body), "\(verb)")
            }
            let health = try await shell("health", "--json")
            #expect(Answer.json(health.text)["counts"]?["completed"] == 1)
        }
    }

    @Test("tasks are paused, resumed, stopped and killed by short ids, several at once, and by filters")
    func changes() async throws {
        try await Shell.run { shell in
            let first = try await Self.addLong(shell)
            let second = try await Self.addLong(shell)
            for id in [first, second] { try await shell.service.log.line(with: id, "running") }
            let paused = try await shell("pause", String(first.suffix(10)).lowercased(), "…" + second.suffix(10))
            #expect(paused.output == ["\(first) paused", "\(second) paused"])
            #expect(try await shell("pause", "--all").errors == ["taskdeck: no task matches"])
            #expect(try await shell("resume", "--all").output == ["\(first) running", "\(second) running"])
            #expect(try await shell("stop", first).output == ["\(first) terminated"])
            let mixed = try await shell("kill", first, second)
            #expect(mixed.end == .exited(1))
            #expect(mixed.output == ["\(second) killed"])
            #expect(mixed.errors.count == 1)
            #expect(mixed.errors.first?.contains("cannot kill task \(first): it is terminated") == true)
            #expect(try await shell("kill", "--all").isSuccess)
        }
    }

    @Test("all tasks are changed also where the lines about them cannot be written")
    func changesWithoutOutput() async throws {
        try await Shell.run(["--max-running", "1"]) { shell in
            let script = """
                for number in {1..20}; do taskdeck add -t process_data -f items=[1] -f delay=1000; done > /dev/null
                taskdeck kill --all > /dev/full; echo $?; taskdeck ls -q --status queued,running
                """
            let result = try await shell.bash(script)
            #expect(result.output == ["1"])
            #expect(result.errors.count == 1)
        }
    }

    @Test("retry prints the id of the new task")
    func retry() async throws {
        try await Shell.run { shell in
            let id = try await Self.addLong(shell)
            let refused = try await shell("retry", id)
            #expect(refused.end == .exited(1))
            _ = try await shell("kill", id)
            let again = try await shell("retry", "--status", "killed")
            let newID = try #require(again.output.first)
            #expect(try await shell.service.http.get("/tasks/\(newID)").record.retryOf?.description == id)
        }
    }

    @Test("the queue is paused and resumed, and waiting tasks are moved")
    func queue() async throws {
        try await Shell.run(["--max-running", "2"]) { shell in
            #expect(try await shell("queue").output == ["open, 0 of 2 active, 0 queued"])
            #expect(try await shell("queue", "pause").output == ["paused, 0 of 2 active, 0 queued"])
            let first = try await Self.addLong(shell)
            let second = try await Self.addLong(shell)
            #expect(
                try await shell("priority", "-5", first).output == ["\(first) priority -5, number 2 in the queue"])
            #expect(
                try await shell("priority", "first", second).output == ["\(second) priority 0, number 1 in the queue"])
            let wrong = try await shell("priority", "101", second)
            #expect(wrong.end == .exited(64))
            #expect(wrong.errors == ["taskdeck: priority must be between -100 and 100, not 101"])
            #expect(try await shell("kill", "--status", "queued").output.count == 2)
            #expect(try await shell("queue", "resume").output == ["open, 0 of 2 active, 0 queued"])
        }
    }

    @Test("types lists fields, and a type that there is not is named with the nearest one")
    func types() async throws {
        try await Shell.run { shell in
            let types = try await shell("types", "process_data")
            #expect(types.output.first?.hasPrefix("process_data  ") == true)
            #expect(types.output.contains { $0.hasPrefix("  delay (number)") })
            let wrong = try await shell("types", "proces_data")
            #expect(wrong.end == .exited(64))
            #expect(wrong.errors.first?.contains("did you mean 'process_data'?") == true)
        }
    }

    @Test("health says how the service is")
    func health() async throws {
        try await Shell.run { shell in
            let health = try await shell("health")
            #expect(health.isSuccess)
            #expect(health.output.first == "taskdeck \(taskdeckVersion) at \(shell.socket)")
            #expect(health.output.last == "tasks: none")
        }
    }

    @Test("events are lines for readers, and JSON with what the API sends for programs")
    func events() async throws {
        try await Shell.run { shell in
            for isJSON in [false, true] {
                let id = try await Self.addLong(shell)
                try await shell.service.log.line(with: "\(id) process_data running")
                let end = try await RunningProgram.run(
                    BuiltProducts.taskdeck, isJSON ? ["events", "--json"] : ["events", "--status", "terminated"],
                    environment: shell.environment()
                ) { events in
                    if isJSON {
                        let snapshot = Answer.json(
                            try await events.output.line(with: #""event":"snapshot""#, #""complete":true"#))
                        #expect(snapshot["id"]?.string?.isEmpty == false)
                        #expect(try await shell("stop", id).isSuccess)
                        let line = try await events.output.line(with: #""event":"task""#, #""status":"terminated""#)
                        #expect(Answer.json(line)["data"]?["task_id"]?.string == id)
                    } else {
                        try await events.output.line(with: "  queue  ")
                        #expect(try await shell("queue", "pause").isSuccess)
                        try await events.output.line(with: "queue  paused, ")
                        #expect(try await shell("stop", id).isSuccess)
                        try await events.output.line(with: "\(id)  terminated  ", "process_data")
                        #expect(try await shell("queue", "resume").isSuccess)
                    }
                    events.send(.interrupt)
                }
                #expect(end == .signaled(2))
            }
        }
    }

    @Test("the kernel probes the connection of a stream, which may be silent for hours")
    func keepAlive() async throws {
        try await Shell.run { shell in
            let end = try await RunningProgram.run(
                BuiltProducts.taskdeck, ["events", "--url", shell.service.http.base], environment: shell.environment()
            ) { events in
                try await events.output.line(with: "queue")
                // Of each connection: number, local and remote address, state, queues, timer.
                let port = ":" + String(shell.service.port + 0x10000, radix: 16, uppercase: true).dropFirst()
                let table = try await shell.bash("cat /proc/net/tcp").output.map { $0.split(separator: " ") }
                #expect(table.contains { $0.count > 5 && $0[2].hasSuffix(port) && $0[5].hasPrefix("02:") })
                events.send(.terminate)
            }
            #expect(end == .signaled(15))
        }
    }

    @Test("reload applies the configuration, or prints its problems and changes nothing")
    func reload() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            let file = directory.appending("config.yaml")
            try "types: {backup: {command: [echo]}}\n".write(toFile: file.string, atomically: true, encoding: .utf8)
            try await Shell.run(["--config", file.string]) { shell in
                #expect(try await shell("reload").output == ["1 type"])
                try "types:\n  backup: {}\n".write(toFile: file.string, atomically: true, encoding: .utf8)
                let refused = try await shell("reload")
                #expect(refused.end == .exited(64))
                #expect(refused.errors.first?.contains("\(file):2:") == true)
                #expect(try await shell("types").text.contains("backup"))
            }
        }
    }

    @Test("fields are sent with the kinds that the type has")
    func fields() async throws {
        try await Shell.run { shell in
            let result = try await shell(
                "add", "-t", "process_data", "-f", "items=1", "-f", "items=\"x\"", "-f", "items=plain text", "-f",
                "delay=0")
            let record = try await shell.service.http.get("/tasks/\(try #require(result.output.first))").record
            #expect(record.data?.string == #"{"delay":0,"items":[1,"x","plain text"]}"#)
            let wrong = try await shell("add", "-t", "process_data", "-f", "delay=soon")
            #expect(wrong.end == .exited(64))
            #expect(wrong.errors == ["taskdeck: task_data.delay must be a number, not a string"])
            #expect(try await shell("add", "-t", "process_data", "-f", "delay").end == .exited(64))
        }
    }
}

extension Answer {
    /// A text as JSON; `null` if it is none.
    static func json(_ text: String) -> JSONValue { (try? JSONParser.parse(text.utf8)) ?? .null }
}

extension JSONValue {
    var string: String? { if case .string(let text) = self { text } else { nil } }
}
