import JSON
import TaskModel
import TaskTypes
import Testing

@Suite("Declared types")
struct DeclaredTypeTests {
    /// A type with a field of every kind.
    private static func encode() throws -> DeclaredType {
        let fields = [
            DeclaredField(name: "input", kind: .path(Bounds(), nil), presence: .required, summary: "the video"),
            DeclaredField(
                name: "quality", kind: .integer(Bounds(minimum: 0, maximum: 51)), presence: .fallback(23)),
            DeclaredField(name: "speed", kind: .number(Bounds(minimum: 0.5)), presence: .fallback(1)),
            DeclaredField(name: "codec", kind: .choice(["x264", "x265"]), presence: .fallback("x264")),
            DeclaredField(name: "title", kind: .text(Bounds(maximum: 20), nil), presence: .optional),
            DeclaredField(name: "fast", kind: .boolean, presence: .fallback(false)),
            DeclaredField(name: "extra", kind: .list(Bounds(maximum: 3), nil), presence: .fallback([])),
        ]
        let template = TemplateFields(fields)
        var options = TaskOptions()
        (options.timeout, options.retries, options.priority) = (3600, 2, 5)
        return DeclaredType(
            name: "encode", summary: "Encodes a video.", fields: fields,
            template: ProgramTemplate(
                file: try template.required("ffmpeg"),
                arguments: try [
                    "-i", "{input}", "-crf={quality}", "{extra}", "--speed={speed}x", "-t={title}", "{{{codec}}",
                ]
                .map { try template.argument($0) },
                directory: try template.required("/srv/{codec}"),
                environment: [
                    "FAST": try template.text("{fast}"), "TITLE": try template.text("<{title}>"),
                    "PLAIN": try template.text("yes"),
                ], stopSignal: .int, successCodes: [0, 1], progress: .none),
            options: options)
    }

    private static func check(_ data: JSONValue, _ options: TaskOptions = TaskOptions()) throws -> CheckedTask {
        let registry = TaskTypeRegistry(declared: [try encode()], defaults: CommandTests.defaults)
        return try registry.check(TaskDraft(type: "encode", data: data, options: options))
    }

    @Test("placeholders become the values of fields, and defaults where a request has none")
    func defaults() throws {
        let task = try Self.check(["input": "a.mp4"])
        let program = try #require(task.program)
        #expect(program.arguments == ["ffmpeg", "-i", "a.mp4", "-crf=23", "--speed=1x", "{x264}"])
        #expect(program.directory == "/srv/x264")
        #expect(
            program.environment == [
                "PATH": "/bin", "HOME": "/home/me", "USER": "me", "LANG": "C.UTF-8", "FAST": "false", "PLAIN": "yes",
            ])
        #expect(program.stopSignal == .int)
        #expect(program.successCodes == [0, 1])
        #expect(program.progress == .none)
        #expect(task.data == ["input": "a.mp4"])
        #expect(task.title == "a.mp4")
    }

    @Test("every value given reaches the program")
    func full() throws {
        let task = try Self.check([
            "input": "b.mp4", "quality": 18, "speed": 2.5, "codec": "x265", "title": "My {quality}", "fast": true,
            "extra": ["-an", "-sn", ""],
        ])
        let program = try #require(task.program)
        #expect(
            program.arguments == [
                "ffmpeg", "-i", "b.mp4", "-crf=18", "-an", "-sn", "", "--speed=2.5x", "-t=My {quality}", "{x265}",
            ])
        #expect(program.directory == "/srv/x265")
        #expect(program.environment["FAST"] == "true")
        #expect(program.environment["TITLE"] == "<My {quality}>")
        #expect(task.title == "b.mp4, quality 18, speed 2.5, x265, My {quality}, fast true, [-an, -sn, \"\"]")
    }

    @Test(
        "whole numbers stay exact in an argument",
        arguments: [
            (.integer(9_007_199_254_740_993), "9007199254740993"),
            (.wideInteger("12345678901234567890"), "12345678901234567890"), (.number(2.50), "2.5"),
            (.number(7), "7"),
        ] as [(JSONValue, String)])
    func numbers(value: JSONValue, text: String) throws {
        let program = try #require(try Self.check(["input": "a", "speed": value]).program)
        #expect(program.arguments.contains("--speed=\(text)x"))
    }

    @Test(
        "a value stays one argument, whatever it contains",
        arguments: [
            "-rf", "--output=/etc/passwd", "; rm -rf /", "a b", "$(reboot)", "`reboot`", "a\nb", "'", "\"", "\\", "*",
            "|", "&",
            "{quality}", "{{", " ", "-", "\u{1B}[2J", "ü",
        ])
    func oneArgument(value: String) throws {
        let arguments = try #require(try Self.check(["input": .string(value), "extra": [.string(value)]]).program)
            .arguments
        #expect(arguments == ["ffmpeg", "-i", value, "-crf=23", value, "--speed=1x", "{x264}"])
    }

    @Test("options of the type hold where a request has none")
    func options() throws {
        let options = try Self.check(["input": "a"]).options
        #expect([options.priority, options.retries] == [5, 2])
        #expect(options.timeout == 3600)
        var given = TaskOptions()
        (given.timeout, given.retries, given.priority) = (7, 9, -1)
        #expect(try Self.check(["input": "a"], given).options == given)
        // A client may ask for no limit.
        let registry = TaskTypeRegistry(declared: [try Self.encode()])
        let draft = TaskDraft(members: [
            "task_type": "encode", "task_data": ["input": "a"], "timeout": nil, "retries": 0,
        ])
        let unlimited = try registry.check(draft).options
        #expect(unlimited.timeout == nil)
        #expect([unlimited.retries, unlimited.priority] == [0, 5])
    }

    @Test(
        "invalid values are rejected by name",
        arguments: [
            ([:], "input", "missing"), (["input": ""], "input", "out_of_range"), (["input": 1], "input", "wrong_type"),
            (["input": nil], "input", "wrong_type"), (["input": "a\u{0}"], "input", "malformed"),
            (["input": .string(String(repeating: "x", count: 131_072))], "input", "out_of_range"),
            (["input": "a", "quality": 52], "quality", "out_of_range"),
            (["input": "a", "quality": -1], "quality", "out_of_range"),
            (["input": "a", "quality": 1.5], "quality", "wrong_type"),
            (["input": "a", "quality": "23"], "quality", "wrong_type"),
            (["input": "a", "quality": .wideInteger("99999999999999999999")], "quality", "out_of_range"),
            (["input": "a", "quality": nil], "quality", "wrong_type"),
            (["input": "a", "speed": 0.4], "speed", "out_of_range"),
            (["input": "a", "speed": "fast"], "speed", "wrong_type"),
            (["input": "a", "codec": "vp9"], "codec", "unknown_value"),
            (["input": "a", "codec": 264], "codec", "wrong_type"),
            (["input": "a", "title": "123456789012345678901"], "title", "out_of_range"),
            (["input": "a", "fast": "true"], "fast", "wrong_type"), (["input": "a", "fast": 1], "fast", "wrong_type"),
            (["input": "a", "extra": "x"], "extra", "wrong_type"),
            (["input": "a", "extra": ["x", 1]], "extra[1]", "wrong_type"),
            (["input": "a", "extra": ["1", "2", "3", "4"]], "extra", "out_of_range"),
            (["input": "a", "extra": ["x\u{0}"]], "extra[0]", "malformed"),
            (["input": "a", "colour": "red"], "colour", "unknown_field"),
            (["input": "a", "command": ["rm"]], "command", "unknown_field"),
        ] as [(JSONValue, String, String)])
    func rejected(data: JSONValue, field: String, code: String) {
        let error = #expect(throws: TaskError.self) { try Self.check(data) }
        guard case .invalidFields(let problems)? = error else { return }
        #expect(problems.map(\.field) == ["task_data.\(field)"])
        #expect(problems.map(\.code) == [code])
    }

    @Test("texts match the field's expression as a whole")
    func pattern() throws {
        let pattern = try TextPattern("[a-z]+|1")
        let fields = [
            DeclaredField(name: "name", kind: .text(Bounds(), pattern), presence: .required),
            DeclaredField(name: "names", kind: .list(Bounds(), pattern), presence: .fallback([])),
        ]
        let template = ProgramTemplate(file: try TemplateFields(fields).required("x"), arguments: [])
        let registry = TaskTypeRegistry(declared: [DeclaredType(name: "named", fields: fields, template: template)])
        let problems = { (data: JSONValue) -> [String] in
            do throws(TaskError) {
                _ = try registry.check(TaskDraft(type: "named", data: data))
            } catch {
                if case .invalidFields(let problems) = error { return problems.map { "\($0.field) \($0.code)" } }
            }
            return []
        }
        #expect(problems(["name": "abc", "names": ["a", "1"]]) == [])
        #expect(problems(["name": "abc; rm"]) == ["task_data.name malformed"])
        #expect(problems(["name": "ab\n"]) == ["task_data.name malformed"])
        #expect(problems(["name": "abc", "names": ["a", "B"]]) == ["task_data.names[1] malformed"])
    }

    @Test("a working directory from a value must be absolute")
    func directory() throws {
        let fields = [DeclaredField(name: "at", kind: .path(Bounds(), nil), presence: .required)]
        let template = ProgramTemplate(
            file: try TemplateFields(fields).required("x"), arguments: [],
            directory: try TemplateFields(fields).required("{at}"))
        let registry = TaskTypeRegistry(declared: [DeclaredType(name: "there", fields: fields, template: template)])
        let check = { (path: String) in
            try registry.check(TaskDraft(type: "there", data: ["at": .string(path)])).program?.directory
        }
        #expect(try check("/a b") == "/a b")
        let error = #expect(throws: TaskError.self) { try check("a") }
        guard case .invalidFields(let problems)? = error else { return }
        #expect(problems.map(\.field) == ["task_data.at"])
    }

    @Test("a variable of the environment has room for its name, too")
    func environmentLimit() throws {
        let fields = [DeclaredField(name: "text", kind: .text(Bounds(), nil), presence: .required)]
        let template = ProgramTemplate(
            file: try TemplateFields(fields).required("x"), arguments: [],
            environment: ["DATA": try TemplateFields(fields).text("{text}")])
        let registry = TaskTypeRegistry(declared: [DeclaredType(name: "kept", fields: fields, template: template)])
        let check = { (size: Int) in
            let data: JSONValue = ["text": .string(String(repeating: "x", count: size))]
            return try registry.check(TaskDraft(type: "kept", data: data)).program?.environment["DATA"]
        }
        // The limit of Linux is 131 071 bytes with the name and the sign.
        #expect(try check(131_066)?.count == 131_066)
        let error = #expect(throws: TaskError.self) { try check(131_067) }
        guard case .invalidFields(let problems)? = error else { return }
        #expect(problems.map(\.field) == ["task_data.text"])
    }

    @Test("declared types are described like built-in ones")
    func descriptions() throws {
        let type = try #require(TaskTypeRegistry(declared: [try Self.encode()]).descriptions.last)
        #expect(type.name == "encode")
        #expect(type.summary == "Encodes a video.")
        #expect(
            type.fields.map { "\($0.name) \($0.kind) \($0.fallback?.jsonText ?? "-") \($0.isRequired) \($0.hint)" } == [
                "input path - true a path", "quality integer 23 false between 0 and 51",
                "speed number 1 false at least 0.5",
                "codec choice \"x264\" false one of x264, x265", "title text - false at most 20 characters",
                "fast boolean false false true or false", "extra list [] false at most 3 elements",
            ])
        #expect(type.fields[3].options == ["x264", "x265"])
        #expect(
            type.fields[1].jsonText
                == #"{"default":23,"hint":"between 0 and 51","kind":"integer","maximum":51,"meaning":"","minimum":0,"#
                + #""name":"quality","options":null,"pattern":null,"required":false,"suggestion":23}"#)
    }

    @Test("types can be replaced")
    func replacing() throws {
        let registry = TaskTypeRegistry(declared: [try Self.encode()])
        #expect(registry.names == TaskTypeRegistry.reservedNames + ["encode"])
        #expect(registry.replacingDeclared(with: []).names == TaskTypeRegistry.builtIn.names)
    }
}
