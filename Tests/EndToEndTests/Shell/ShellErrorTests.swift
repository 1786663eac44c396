import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Errors of verbs", .timeLimit(.minutes(15)))
struct ShellErrorTests {
    private static func run(_ arguments: [String], _ environment: [String: String?] = [:]) async throws -> Shell.Result
    {
        let own: [String: String?] = ["TASKDECK_URL": nil, "TASKDECK_TOKEN": nil]
        return try await Shell.result(of: BuiltProducts.taskdeck, arguments, own.merging(environment) { $1 })
    }

    @Test(
        "a mistake on the command line is one line that says what would be right, and exit code 64",
        arguments: [
            (["sl"], "'sl' is no verb; did you mean 'ls'?"),
            (["pasue", "x"], "is no verb; did you mean 'pause'?"),
            (["quite-another"], "is no verb (see 'taskdeck --help')"),
            (["--state", "D", "ls", "-q"], "the verb comes first: taskdeck ls --state D -q"),
            (["--state", "a b", "show", "x"], "the verb comes first: taskdeck show --state 'a b' x"),
            (["ls", "--bogus"], "Unknown option '--bogus' (see 'taskdeck ls --help')"),
            (["ls", "--status", "runing"], "'runing' is no state; did you mean 'running'?"),
            (["run", "make"], "give the program behind '--': taskdeck run -- PROGRAM"),
            (["run"], "give the program behind '--'"),
            (["add"], "give a program behind '--', or a type"),
            (["add", "-t", "process_data", "--", "make"], "tasks of the type 'process_data' run no program of yours"),
            (["add", "--at", "soon", "--", "true"], "is not a time; use 06:00"),
            (["add", "--timeout", "x", "--", "true"], "it must be a number of seconds, or a duration such as 90s"),
            (["pause"], "name the tasks by their ids, by --status or --type, or choose --all"),
            (["pause", "A8Q4ZE", "--all"], "use either ids, or --status, --type and --all"),
            (["show", "id!"], "'id!' is no id of a task"), (["show", "ab"], "'ab' is no id of a task"),
            (["ls", "--url", "http://x/y"], "--url must be http://HOST:PORT, https://HOST:PORT or unix:PATH"),
            (["ls", "--url", "x:1", "--state", "y"], "use one of them"),
            (["ls", "-n", "-1"], "--last must be at least 1, not -1"),
            (["logs", "--tail", "-3", "A8Q4ZE"], "--tail must not be negative, but is -3"),
            (["logs", "--raw", "--json", "A8Q4ZE"], "use one of them"),
            (["ls", "--watch"], "--watch needs a terminal"), (["priority", "high", "A8Q4ZE"], "'high' is invalid"),
            (["wait", "--all", "--timeout", "0"], "it must be a number of seconds between"),
            (["queue", "stop"], "'stop' is invalid"),
        ] as [([String], String)])
    func mistakes(arguments: [String], message: String) async throws {
        let result = try await Self.run(arguments)
        #expect(result.end == .exited(64))
        #expect(result.output.isEmpty)
        #expect(result.errors.count == 1)
        #expect(result.errors.first?.hasPrefix("taskdeck: ") == true)
        #expect(result.errors.first?.contains(message) == true, "\(result.errors)")
    }

    @Test("no service is exit code 69, and one line that says how to start one", arguments: ["socket", "port", "host"])
    func unreachable(place: String) async throws {
        try await TemporaryDirectory.run { state in
            let way =
                switch place {
                case "socket": ["--state", state.string]
                // Nothing listens on port 1.
                case "port": ["--url", "http://127.0.0.1:1"]
                default: ["--url", "http://nowhere.invalid:8000"]
                }
            for verb in [["ls"], ["health"], ["pause", "01JDEZ8M1VQ3T5B9X7CKPA2RWH"], ["add", "-t", "process_data"]] {
                let result = try await Self.run(verb + way)
                #expect(result.end == .exited(69))
                #expect(result.errors.count == 1)
                #expect(result.errors.first?.contains("start one") == true, "\(result.errors)")
                #expect(result.errors.first?.contains("taskdeck serve") == true)
            }
        }
    }

    @Test("what the service does not allow is exit code 77, and names the ways")
    func denied() async throws {
        try await Shell.run { shell in
            let url: [String: String?] = ["TASKDECK_URL": shell.service.http.base]
            let refused = try await shell("run", "--", "true", environment: url)
            #expect(refused.end == .exited(77))
            #expect(refused.errors.count == 1)
            #expect(refused.errors.first?.contains("api.sock") == true)
            #expect(refused.errors.first?.contains("--token-file") == true)
            let token = try await shell.bash("taskdeck token --state '\(shell.state)'")
            let allowed = try await shell(
                "add", "--", "true", environment: url.merging(["TASKDECK_TOKEN": token.text]) { $1 })
            #expect(allowed.isSuccess)
        }
        try await Service.run(environment: ["TASKDECK_TOKEN": "s3cret"]) { service in
            let result = try await Self.run(["ls", "--url", service.http.base])
            #expect(result.end == .exited(77))
            #expect(result.errors.first?.contains("pass it with --token-file or TASKDECK_TOKEN") == true)
            let wrong = try await Self.run(["ls", "--url", service.http.base], ["TASKDECK_TOKEN": "other"])
            #expect(wrong.end == .exited(77))
            #expect(wrong.errors.first?.contains("does not accept this token") == true)
            #expect(try await Self.run(["ls", "--url", service.http.base], ["TASKDECK_TOKEN": "s3cret"]).isSuccess)
            let secure = try await Self.run(["ls", "--url", service.http.base.replacing("http:", with: "https:")])
            #expect(secure.end == .exited(69))
            #expect(secure.errors.first?.contains("it does not speak TLS") == true)
        }
    }

    @Test("ambiguous ids are named, unknown ones are reported")
    func ids() async throws {
        try await Shell.run { shell in
            #expect(try await shell("queue", "pause").isSuccess)
            // Of so many, two that end with the same three characters are as good as certain.
            for _ in 0..<1000 { _ = try await shell.service.createTask("process_data", "{}") }
            let ids = try await shell("ls", "-q").output
            #expect(ids.count == 1000)
            let endings = Dictionary(grouping: ids) { String($0.suffix(3)) }
            let (ending, twins) = try #require(endings.first { $0.value.count > 1 })
            let ambiguous = try await shell("show", ending)
            #expect(ambiguous.end == .exited(64))
            #expect(ambiguous.errors.count == 1)
            for id in twins.suffix(5) {
                #expect(ambiguous.errors.first?.contains("\(id) (process_data, queued)") == true)
            }
            let unknown = try await shell("show", "ZZZZZZZZZZ")
            #expect(unknown.end == .exited(1))
            #expect(unknown.errors == ["taskdeck: no task has an id that ends with 'ZZZZZZZZZZ'"])
            let whole = try await shell("show", "01JDEZ8M1VQ3T5B9X7CKPA2RWH")
            #expect(whole.end == .exited(1))
            #expect(whole.errors == ["taskdeck: no task has the id '01JDEZ8M1VQ3T5B9X7CKPA2RWH'"])
        }
    }

    @Test("a task that is too large is exit code 64, and says how large it may be")
    func largeTask() async throws {
        try await Shell.run { shell in
            // A zero is six bytes of JSON.
            let result = try await shell.bash("head -c 500000 /dev/zero | taskdeck run --stdin -- cat")
            #expect(result.end == .exited(64))
            #expect(result.errors.count == 1)
            #expect(result.errors.first?.contains("of which 1048576 can be sent") == true)
        }
    }

    @Test("output that is piped to 'head' ends quietly")
    func brokenPipe() async throws {
        try await Shell.run(["--max-running", "1"]) { shell in
            let data = #"{"task_type":"process_data","name":"\#(String(repeating: "n", count: 200))"}"#
            for _ in 0..<500 { _ = try await shell.service.http.post("/tasks", data) }
            let result = try await shell.bash("taskdeck ls | head -n 1; echo ${PIPESTATUS[0]}; taskdeck ls -q >&-")
            #expect(result.output.first?.hasPrefix("ID") == true)
            // Killed by SIGPIPE, as other programs are.
            #expect(result.output.last == "141")
            #expect(result.errors.isEmpty, "\(result.errors)")
            let full = try await shell.bash("taskdeck ls > /dev/full")
            #expect(full.end == .exited(1))
            #expect(full.errors.first?.contains("standard output cannot be written") == true)
        }
    }

    @Test("help of every verb has examples, and that of the program all verbs")
    func help() async throws {
        let help = try await Self.run(["--help"])
        #expect(help.isSuccess)
        let verbs = help.output.drop { $0 != "VERBS:" }.dropFirst().prefix { !$0.isEmpty }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(verbs.count >= 18)
        for verb in verbs + ["serve"] {
            let help = try await Self.run([verb, "--help"])
            #expect(help.isSuccess)
            #expect(help.text.contains("EXAMPLES:\n  "), "\(verb)")
            #expect(help.text.contains("taskdeck \(verb)"), "\(verb)")
        }
        #expect(try await Self.run(["help"]).output == help.output)
        #expect(try await Self.run(["help", "ls"]).output == Self.run(["ls", "--help"]).output)
    }
}
