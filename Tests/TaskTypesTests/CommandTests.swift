import JSON
import TaskModel
import TaskTypes
import Testing

@Suite("Commands")
struct CommandTests {
    static let defaults = ProgramDefaults(
        service: ["PATH": "/bin", "LANG": "C.UTF-8", "SECRET": "x"], userName: "me", home: "/home/me")
    private static let registry = TaskTypeRegistry(defaults: defaults)
    private static let environment = ["PATH": "/bin", "HOME": "/home/me", "USER": "me", "LANG": "C.UTF-8"]

    private static func check(
        _ data: JSONValue, programs: (any ProgramCheck)? = nil, options: TaskOptions = TaskOptions()
    ) throws(TaskError) -> CheckedTask {
        try registry.check(TaskDraft(type: "command", data: data, options: options), programs: programs)
    }

    @Test("a command has a complete program, with defaults for what is missing")
    func minimal() throws {
        let task = try Self.check(["command": ["make", "-j", "4", "all tests"]])
        #expect(
            task.program
                == Program(
                    arguments: ["make", "-j", "4", "all tests"], directory: "/home/me", environment: Self.environment))
        #expect(task.title == "make -j 4 'all tests'")
        #expect(task.work.units == 1)
        #expect(task.data == ["command": ["make", "-j", "4", "all tests"]])
    }

    @Test("one string is a line for the shell")
    func shell() throws {
        let task = try Self.check(["command": "echo $HOME | wc -c\n# done"])
        #expect(task.program?.arguments == ["/bin/sh", "-c", "echo $HOME | wc -c\n# done"])
        #expect(task.title == "echo $HOME | wc -c # done")
    }

    @Test("every member reaches the program")
    func full() throws {
        let task = try Self.check([
            "command": ["x"], "cwd": "/srv/a b", "env": ["A": "1", "PATH": "/opt", "EMPTY": ""], "stdin": "text\n\u{0}",
            "stop_signal": "SIGINT", "success_codes": [0, 3, 255], "progress": "none",
        ])
        let environment = Self.environment.merging(["A": "1", "PATH": "/opt", "EMPTY": ""]) { _, new in new }
        #expect(
            task.program
                == Program(
                    arguments: ["x"], directory: "/srv/a b", environment: environment, input: "text\n\u{0}",
                    stopSignal: .int, successCodes: [0, 3, 255], progress: .none))
    }

    @Test("the data to store has the names of variables, but not their values")
    func secrets() throws {
        let task = try Self.check(["command": ["x"], "env": ["TOKEN": "secret", "B": "s"]])
        #expect(task.data == ["command": ["x"], "env": ["TOKEN": nil, "B": nil]])
        #expect(task.program?.environment["TOKEN"] == "secret")
    }

    @Test("null stands for no directory and no input")
    func null() throws {
        let task = try Self.check(["command": ["x"], "cwd": nil, "stdin": nil])
        #expect(task.program?.directory == "/home/me")
        #expect(task.program?.input == nil)
    }

    @Test(
        "invalid members are rejected by name",
        arguments: [
            ([:], "command", "missing"),
            (["command": []], "command", "out_of_range"),
            (["command": ""], "command", "out_of_range"),
            (["command": " \n\t"], "command", "out_of_range"),
            (["command": nil], "command", "wrong_type"),
            (["command": 7], "command", "wrong_type"),
            (["command": ["a", 7]], "command[1]", "wrong_type"),
            (["command": [""]], "command[0]", "out_of_range"),
            (["command": ["a", "b\u{0}"]], "command[1]", "malformed"),
            (["command": "a\u{0}"], "command", "malformed"),
            (["command": ["a", .string(String(repeating: "x", count: 131_072))]], "command[1]", "out_of_range"),
            (["command": ["x"], "cwd": "relative"], "cwd", "malformed"),
            (["command": ["x"], "cwd": ""], "cwd", "malformed"),
            (["command": ["x"], "cwd": "~/a"], "cwd", "malformed"),
            (["command": ["x"], "cwd": "/a\u{0}"], "cwd", "malformed"),
            (["command": ["x"], "cwd": ["/"]], "cwd", "wrong_type"),
            (["command": ["x"], "env": ["A=B": ""]], "env.A=B", "malformed"),
            (["command": ["x"], "env": ["": "1"]], "env.", "malformed"),
            (["command": ["x"], "env": ["A\u{0}": "1"]], "env.A\u{0}", "malformed"),
            (["command": ["x"], "env": ["A": "\u{0}"]], "env.A", "malformed"),
            (["command": ["x"], "env": ["A": 1]], "env.A", "wrong_type"),
            (["command": ["x"], "env": ["A": nil]], "env.A", "wrong_type"),
            (["command": ["x"], "env": ["TASKDECK_TASK_ID": "1"]], "env.TASKDECK_TASK_ID", "malformed"),
            (["command": ["x"], "env": [["A": "1"]]], "env", "wrong_type"),
            (["command": ["x"], "stdin": .string(String(repeating: "x", count: 524_289))], "stdin", "out_of_range"),
            (["command": ["x"], "stdin": 1], "stdin", "wrong_type"),
            (["command": ["x"], "stop_signal": "SIGSTOP"], "stop_signal", "unknown_value"),
            (["command": ["x"], "stop_signal": "TERM"], "stop_signal", "unknown_value"),
            (["command": ["x"], "stop_signal": 15], "stop_signal", "wrong_type"),
            (["command": ["x"], "success_codes": []], "success_codes", "out_of_range"),
            (["command": ["x"], "success_codes": 0], "success_codes", "wrong_type"),
            (["command": ["x"], "success_codes": [0, 256]], "success_codes[1]", "out_of_range"),
            (["command": ["x"], "success_codes": [-1]], "success_codes[0]", "out_of_range"),
            (["command": ["x"], "success_codes": ["0"]], "success_codes[0]", "wrong_type"),
            (["command": ["x"], "progress": "(a"], "progress", "malformed"),
            (["command": ["x"], "progress": "no group"], "progress", "malformed"),
            (["command": ["x"], "progress": "(a)(b)(c)"], "progress", "malformed"),
            (["command": ["x"], "progress": true], "progress", "wrong_type"),
            (["command": ["x"], "arguments": []], "arguments", "unknown_field"),
        ] as [(JSONValue, String, String)])
    func rejected(data: JSONValue, field: String, code: String) {
        let error = #expect(throws: TaskError.self) { try Self.check(data) }
        guard case .invalidFields(let problems)? = error else { return }
        #expect(problems.map(\.field) == ["task_data.\(field)"])
        #expect(problems.map(\.code) == [code])
    }

    @Test(
        "regular expressions with one or two groups find progress", arguments: [#"(\d+)%"#, #"frame (\d+) of (\d+)"#])
    func progress(pattern: String) throws {
        let task = try Self.check(["command": ["x"], "progress": .string(pattern)])
        #expect(task.program?.progress == .pattern(pattern))
    }

    @Test("all problems of a command are reported at once")
    func allAtOnce() {
        let error = #expect(throws: TaskError.self) {
            try Self.check(["command": [], "cwd": "x", "env": ["A": 1, "=": "1"], "stop_signal": "x", "colour": 1])
        }
        guard case .invalidFields(let problems)? = error else { return }
        #expect(
            problems.map(\.field) == [
                "task_data.command", "task_data.cwd", "task_data.env.=", "task_data.env.A", "task_data.stop_signal",
                "task_data.colour",
            ])
    }

    // MARK: - Titles

    @Test(
        "the title is the command as it would be typed",
        arguments: [
            (["ls"], "ls"), (["a", ""], "a ''"), (["a", "b c"], "a 'b c'"), (["a", "it's"], #"a 'it'\''s'"#),
            (["A=b", "C=d"], "'A=b' C=d"), (["a", "$HOME", "*", "~"], "a '$HOME' '*' '~'"),
            (["a", "-x", "--y=1,2:3@4+5%"], "a -x --y=1,2:3@4+5%"), (["a", "naïve"], "a naïve"),
            (["a", "b\nc\u{1B}[31m"], "a 'b c [31m'"), (["a", "'"], #"a ''\'''"#),
        ])
    func titles(arguments: [String], title: String) throws {
        #expect(try Self.check(["command": .array(arguments.map(JSONValue.string))]).title == title)
    }

    @Test("a long command has a short title")
    func longTitle() throws {
        let arguments =
            [JSONValue.string("x")] + Array(repeating: .string(String(repeating: "long ", count: 9)), count: 9_000)
        let title = try Self.check(["command": .array(arguments)]).title
        #expect(title.unicodeScalars.count == TaskRecord.titleLimit)
        #expect(title.hasPrefix("x 'long long") && title.hasSuffix("…"))
    }

    @Test("a name is the title instead")
    func named() throws {
        #expect(
            try Self.registry.check(TaskDraft(type: "command", name: "mine", data: ["command": "x"])).title == "mine")
    }

    // MARK: - What cannot be started

    private struct Missing: ProgramCheck {
        func problems(of program: Program) -> [ProgramProblem] {
            [
                ProgramProblem(.file, "cannot run '\(program.arguments[0])': no such file"),
                ProgramProblem(.directory, "no such directory '\(program.directory)'"),
            ]
        }
    }

    @Test("a program and a directory that are missing are rejected by name")
    func missing() {
        let error = #expect(throws: TaskError.self) { try Self.check(["command": ["nope"]], programs: Missing()) }
        guard case .invalidFields(let problems)? = error else { return }
        #expect(problems.map(\.field) == ["task_data.command", "task_data.cwd"])
        #expect(problems.map(\.code) == ["cannot_run", "cannot_run"])
        #expect(problems[0].message == "is wrong: cannot run 'nope': no such file")
    }

    @Test("a program may still be missing for a task that starts later")
    func later() throws {
        var options = TaskOptions()
        options.notBefore = Timestamp("2030-01-01T00:00:00Z")
        #expect(try Self.check(["command": ["nope"]], programs: Missing(), options: options).program != nil)
    }

    @Test(
        "defaults are the service's, else the password database's",
        arguments: [
            (
                ProgramDefaults(service: [:], userName: "u", home: "/h"), "/h",
                ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/h", "USER": "u"]
            ),
            (
                ProgramDefaults(service: ["HOME": "/nonexistent"], canEnter: { _ in false }), "/",
                ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"]
            ),
            (ProgramDefaults(), "/", ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/"]),
            (
                ProgramDefaults(service: ["HOME": "", "PATH": "", "LANG": "", "USER": ""], userName: nil, home: "/h"),
                "/h",
                ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/h"]
            ),
            (
                ProgramDefaults(service: ["HOME": "relative", "USER": "v", "TERM": "x"], userName: "u", home: "/h"),
                "/h",
                ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/h", "USER": "v"]
            ),
        ] as [(ProgramDefaults, String, [String: String])])
    func defaultValues(defaults: ProgramDefaults, directory: String, environment: [String: String]) {
        #expect(defaults.directory == directory)
        #expect(defaults.environment == environment)
    }
}
