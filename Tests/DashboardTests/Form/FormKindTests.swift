import JSON
import TaskModel
import TaskTypes
import Testing

@testable import Dashboard

@Suite("Fields by their kind")
struct FormKindTests {
    /// A declared type with a field of each kind.
    private static let encode = TaskTypeDescription(
        name: "encode", summary: "encodes a film",
        fields: [
            FieldDescription(name: "input", kind: .path, fallback: nil, hint: "a file", meaning: "the film"),
            FieldDescription(
                name: "preset", kind: .choice, options: ["slow", "medium", "fast"], fallback: "medium",
                hint: "one of slow, medium, fast"),
            FieldDescription(name: "overwrite", kind: .boolean, fallback: false, hint: "true or false"),
            FieldDescription(name: "crf", kind: .integer, limits: .init(0...51), fallback: 23, hint: "0 to 51"),
            FieldDescription(name: "filters", kind: .list, fallback: [], hint: "texts", meaning: "in this order"),
            FieldDescription(name: "env", kind: .object, fallback: .object([:]), hint: "names with their values"),
        ])

    private static func form(_ width: Int = 100, _ height: Int = 40) -> DashboardScript {
        var script = DashboardScript(
            Size(width: width, height: height), taskTypes: [encode] + TaskTypeRegistry.builtIn.descriptions)
        script.keys("n⇥")
        return script
    }

    private static func data(_ script: DashboardScript) -> JSONValue? { script.draft?.members["task_data"] }

    @Test("a choice moves by arrows, Space and first letters; Backspace returns to the default")
    func choice() {
        for (keys, value) in [
            ([Key.right], "fast"), ([.left], "slow"), ([.right, .right], "slow"), ([.character("s")], "slow"),
            ([.character(" ")], "fast"), ([.right, .backspace], nil), ([.character("x")], nil),
        ] as [([Key], String?)] {
            var script = Self.form()
            script.keys("/a⇥⇥")
            script.send(.pathCompleted("/a", PathCompletion(path: "/a", names: ["a"])))
            for key in keys { script.press(key) }
            script.press(.enter)
            #expect(Self.data(script)?.members?["preset"] == value.map(JSONValue.string), "\(keys)")
        }
    }

    @Test("a switch moves by Space, and its default is not sent")
    func toggle() {
        var script = Self.form()
        script.press(.down, .down)
        #expect(script.screen.contains("[ ] no"))
        script.keys(" ")
        #expect(script.screen.contains("[x] yes"))
        script.press(.enter)
        #expect(Self.data(script)?.members?["overwrite"] == true)
        var other = Self.form()
        other.press(.enter)
        #expect(Self.data(other)?.members?["overwrite"] == nil)
    }

    @Test("a list has one item a line, or is JSON; Enter begins a line, an empty one submits")
    func list() {
        var script = Self.form()
        script.press(.down, .down, .down, .down)
        script.keys("scale=1280:-1⏎-v; rm -rf⏎⏎")
        #expect(Self.data(script)?.members?["filters"] == ["scale=1280:-1", "-v; rm -rf"])
        script = Self.form()
        script.press(.down, .down, .down, .down)
        script.keys("[\"a b\", \"c\"]⇥⏎")
        script.press(.enter)
        #expect(Self.data(script)?.members?["filters"] == ["a b", "c"])
        script = Self.form()
        script.press(.down, .down, .down, .down)
        script.send(.input(.paste("one\ntwo\n\nthree")))
        // The cursor is before the third line, and joins it to the one before.
        script.press(.home, .backspace, .backspace)
        script.keys("⇥⏎")
        #expect(Self.data(script)?.members?["filters"] == ["one", "twothree"])
    }

    @Test("names and values are lines; a line without a value is a problem beside the field")
    func environment() {
        var script = Self.form()
        for _ in 0..<5 { script.press(.down) }
        script.keys("A=1⏎B=x=y⏎C=⏎⏎")
        #expect(Self.data(script)?.members?["env"] == ["A": "1", "B": "x=y", "C": ""])
        script = Self.form()
        for _ in 0..<5 { script.press(.down) }
        script.keys("A⏎⏎")
        #expect(script.draft == nil)
        #expect(script.screen.contains("has a line without a value: 'A'; write NAME=value"))
    }

    @Test("a text of several lines is sent as it was typed; that of a task like it, as it was")
    func lines() {
        var script = DashboardScript(Size(width: 100, height: 40))
        script.press(.character("n"), .left)
        script.press(.tab, .control("u"))
        script.keys("sort⇥⇥⇥b⏎⏎ a⏎⇥⏎")
        #expect(Self.data(script)?.members?["stdin"] == "b\n\n a\n")
        for text in ["one line", "b\n\n a\n", "[1]\n{}", "\n\nx"] {
            var like = DashboardScript(Size(width: 100, height: 40))
            var record = DashboardScript.record(1, "command", .completed, done: 4)
            record.data = ["command": "sort", "stdin": .string(text)]
            like.add(record)
            like.keys("d⏎")
            #expect(Self.data(like)?.members?["stdin"] == .string(text))
        }
    }

    @Test("a long text is kept as it is")
    func longText() {
        var script = DashboardScript(Size(width: 100, height: 40))
        var record = DashboardScript.record(1, "command", .completed, done: 4)
        let text = String(repeating: "\n", count: LinesField.capacity) + "x"
        record.data = ["command": "sort", "stdin": .string(text)]
        script.add(record)
        script.keys("d")
        #expect(script.screen.contains(" 10K, kept as it is"))
        script.keys("⏎")
        #expect(Self.data(script)?.members?["stdin"] == .string(text))
    }

    @Test("a problem of a part of a value is shown at its field")
    func parts() {
        var script = DashboardScript(Size(width: 100, height: 40))
        script.press(.character("n"), .left, .enter)
        let problems = [
            FieldProblem(field: "task_data.success_codes[0]", code: "out_of_range", message: "must be at most 255"),
            FieldProblem(field: "task_data.env.A", code: "wrong_type", message: "must be a string"),
            FieldProblem(field: "task_data.env.B", code: "wrong_type", message: "must be a string, too"),
            FieldProblem(field: "task_data.other", code: "unknown_field", message: "is unknown"),
        ]
        script.send(.submitted(.form, .failure(.invalidFields(problems))))
        #expect(script.screen.contains("success_codes [0] must be at most 255"))
        #expect(script.screen.contains("✗ A must be a string"))
        #expect(!script.screen.contains("too"))
        #expect(script.screen.contains("task_data.other is unknown"))
    }

    @Test("the form begins with the type that is offered, and then with that of the last task")
    func offering() {
        var model = DashboardModel(
            size: Size(width: 100, height: 40), taskTypes: TaskTypeRegistry.builtIn.descriptions,
            offeredType: "command", capabilities: Capabilities(),
            now: Moment(wall: DashboardScript.start, uptime: .zero))
        func opened() -> String? {
            _ = model.update(.input(.key(.character("n"))), at: model.now)
            defer { model.overlays = [] }
            guard case .form(let form)? = model.overlays.last else { return nil }
            return form.typeName
        }
        #expect(opened() == "command")
        _ = model.update(.submitted(.form, .success(DashboardScript.record(1, "cpu_intensive"))), at: model.now)
        #expect(opened() == "cpu_intensive")
        _ = model.update(.typesChanged([Self.encode]), at: model.now)
        #expect(opened() == "encode")
    }

    @Test("Tab completes a path as far as it is unique, and then goes on")
    func path() {
        var script = Self.form()
        script.keys("/ho⇥")
        #expect(script.commands.map(\.name).contains("complete /ho"))
        script.send(.pathCompleted("/ho", PathCompletion(path: "/home/", names: ["home/"])))
        #expect(script.screen.contains("/home/"))
        script.keys("⇥")
        script.send(.pathCompleted("/home/", PathCompletion(path: "/home/", names: ["ann/", "bob/"])))
        #expect(script.message == "ann/  bob/")
        script.keys("b⇥")
        // Typed before the answer came.
        script.keys("x")
        script.send(.pathCompleted("/home/b", PathCompletion(path: "/home/bob/", names: ["bob/"])))
        #expect(script.screen.contains("/home/bx"))
        script.press(.backspace)
        script.keys("⇥")
        script.send(.pathCompleted("/home/b", PathCompletion(path: "/home/bob/", names: ["bob/"])))
        script.keys("⇥")
        script.send(.pathCompleted("/home/bob/", PathCompletion(path: "/home/bob/", names: [])))
        script.press(.right)
        script.press(.enter)
        #expect(Self.data(script)?.members?["input"] == "/home/bob/")
        #expect(Self.data(script)?.members?["preset"] == "fast")
    }

    @Test("a command is a line for the shell, or arguments as JSON")
    func command() {
        for (text, value) in [
            ("make -j8 | tee log", "make -j8 | tee log"), ("[\"ls\", \"-l; x\"]", ["ls", "-l; x"]),
        ] as [(String, JSONValue)] {
            var script = DashboardScript(Size(width: 100, height: 40))
            script.press(.character("n"), .left)
            script.press(.tab, .control("u"))
            script.keys("\(text)⏎")
            #expect(script.draft?.members["task_type"] == "command")
            #expect(Self.data(script)?.members?["command"] == value)
        }
    }

    @Test("the form like a command has the names of its environment, without values")
    func duplicate() {
        var script = DashboardScript(Size(width: 100, height: 40))
        var record = DashboardScript.record(1, "command", .completed, done: 4)
        record.data = ["command": ["ls", "-l"], "env": ["TOKEN": nil, "A": nil]]
        script.add(record)
        script.keys("d")
        #expect(script.screen.contains("[\"ls\", \"-l\"]"))
        #expect(script.lines.contains { $0.contains("env") && $0.contains(" A") })
        #expect(script.screen.contains("TOKEN"))
        #expect(script.screen.contains("values are not copied"))
        script.keys("⏎")
        #expect(script.draft == nil)
        #expect(script.screen.contains("write NAME=value"))
    }

    @Test("screens", arguments: [(100, 40), (80, 24), (40, 14)])
    func screens(width: Int, height: Int) throws {
        var script = Self.form(width, height)
        script.keys("/srv/in.mkv")
        script.press(.down, .right, .down, .character(" "), .down, .down)
        script.keys("scale=1280:-1⏎fps=30")
        try Golden.expect(script.screen, is: "form-kinds-\(width)x\(height)")
        script = DashboardScript(Size(width: width, height: height))
        script.press(.character("n"), .left)
        script.press(.tab, .control("u"))
        script.keys("make -j8 all")
        try Golden.expect(script.screen, is: "form-command-\(width)x\(height)")
    }
}
