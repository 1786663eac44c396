import JSON
import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("The form for a new task")
struct FormTests {
    private static func open(_ width: Int = 120, _ height: Int = 36) -> DashboardScript {
        var script = DashboardScript(Size(width: width, height: height))
        script.type("n")
        return script
    }

    private static func draft(_ script: DashboardScript) -> TaskDraft? {
        script.commands.compactMap(\.draft).last
    }

    @Test("Enter anywhere starts what is suggested, with nothing that was not filled in", arguments: 0...8)
    func suggestions(steps: Int) {
        var script = Self.open()
        // The type, its two fields, the five others, and the button.
        for _ in 0..<steps { script.press(.tab) }
        script.press(.enter)
        #expect(Self.draft(script) == TaskDraft(type: "process_data", data: ["items": ["a", "b", "c"], "delay": 1]))
    }

    @Test(
        "each type suggests a task that can be watched",
        arguments: [
            (0, "process_data", ["items": ["a", "b", "c"], "delay": 1]),
            (1, "generate_report", ["report_type": "summary", "delay": 1]),
            (2, "cpu_intensive", ["complexity": 500_000_000, "batches": 5]),
        ] as [(Int, String, JSONValue)])
    func types(steps: Int, type: String, data: JSONValue) {
        var script = Self.open()
        for _ in 0..<steps { script.press(.right) }
        script.press(.enter)
        #expect(Self.draft(script) == TaskDraft(type: type, data: data))
    }

    @Test("an empty field is not sent")
    func empty() {
        var script = Self.open()
        script.press(.down, .control("u"), .down, .control("u"))
        script.type("  ")
        script.press(.enter)
        #expect(Self.draft(script) == TaskDraft(type: "process_data", data: [:]))
        #expect(script.screen.contains("[]"), "what holds where it is empty is not shown")
    }

    @Test("name, priority, timeout, retries and time are sent; what is typed stays when the type changes")
    func options() {
        var script = Self.open()
        script.press(.tab, .tab, .tab)
        script.type("nightly run")
        script.press(.tab)
        script.type("10")
        script.press(.tab)
        script.type("1h30m")
        script.press(.tab)
        script.type("2")
        script.press(.tab)
        script.type("08:00")
        script.press(.down, .down, .down, .right, .enter)
        #expect(
            Self.draft(script)?.members == [
                "task_type": "generate_report", "task_data": ["report_type": "summary", "delay": 1],
                "name": "nightly run", "priority": 10, "timeout": 5400, "retries": 2,
                "not_before": "2026-11-24T08:00:00.000Z",
            ])
    }

    @Test(
        "a timeout is seconds or a span",
        arguments: [
            ("90", 90), ("1.5", 1.5), ("10m", 600), ("1h30m", 5400), (" 2 min ", 120), ("0.5s", 0.5), ("none", nil),
            ("NONE", nil), ("", nil), ("-1", -1),
        ] as [(String, JSONValue?)])
    func timeouts(text: String, value: JSONValue?) {
        var script = Self.open()
        for _ in 0..<5 { script.press(.tab) }
        script.type(text)
        script.press(.enter)
        #expect(Self.draft(script)?.members["timeout"] == value)
        #expect(Self.draft(script) != nil)
    }

    @Test(
        "what cannot be sent is said beside its field, which gets the focus, and nothing is sent",
        arguments: [
            (5, "soon", "✗ timeout is not a duration; use seconds such as 90, or 10m, or 1h30m"),
            (7, "yesterday", "✗ not before is not a time; use 06:00, tomorrow 06:00"),
            (7, "+10", "✗ not before is not a duration; use +90s, +10m, +2h30m or +1d"),
            (1, "[1,", "✗ items is not JSON:"),
        ])
    func problems(steps: Int, text: String, problem: String) {
        var script = Self.open(120, 36)
        for _ in 0..<steps { script.press(.tab) }
        script.press(.control("u"))
        script.type(text)
        script.press(.home)
        script.press(.tab, .enter)
        #expect(script.screen.contains(problem), "\(script.screen)")
        #expect(script.commands.isEmpty)
        guard case .form(let form) = script.model.overlays.last else { return #expect(Bool(false)) }
        #expect(form.focus == .field(steps - 1))
        // What is typed now takes it away.
        script.type("x")
        #expect(!script.screen.contains("✗"))
    }

    @Test(
        "what the service says is wrong stands beside the field that it is about",
        arguments: [
            ("name", "name"), ("priority", "priority"), ("timeout", "timeout"), ("retries", "retries"),
            ("not_before", "not before"), ("task_data.items", "items"), ("task_data.delay", "delay"),
        ])
    func refusals(field: String, label: String) {
        var script = Self.open()
        script.press(.enter)
        script.send(
            .submitted(
                .form, .failure(.invalidFields([FieldProblem(field: field, code: "x", message: "must be better")]))))
        #expect(script.message == "not accepted; the form says why")
        guard case .form(let form) = script.model.overlays.last else { return #expect(Bool(false)) }
        #expect(form.fields.filter { $0.problem == "must be better" }.map(\.label) == [label])
        #expect(script.screen.contains("✗ \(label == "name" ? "" : label + " ")must be better"))
    }

    @Test("what belongs to no field is said too, and a full disk is no fault of the task")
    func otherProblems() {
        var script = Self.open()
        script.press(.enter)
        script.send(
            .submitted(
                .form, .failure(.invalidFields([FieldProblem(field: "extra", code: "x", message: "is not known")]))))
        #expect(script.screen.contains("✗ extra is not known"))
        script.press(.enter)
        script.send(.submitted(.form, .failure(.storageFull(reason: "database or disk is full"))))
        #expect(script.message == "the task was not accepted: the disk is full (database or disk is full)")
        #expect(script.lines.contains { $0.contains("│") && $0.contains("✗ the task was not accepted: the disk is") })
    }

    @Test("the answer to a form that was closed leaves the next one as it is")
    func closed() {
        for result: Result<TaskRecord, TaskError> in [
            .success(DashboardScript.record(1)), .failure(.shuttingDown),
            .failure(.invalidFields([FieldProblem(field: "name", code: "x", message: "is too long")])),
        ] {
            var script = Self.open()
            script.press(.enter, .escape)
            script.type("n")
            script.press(.tab)
            script.type("x")
            script.send(.submitted(.form, result))
            #expect(script.screen.contains("New task") && !script.lines.contains { $0.contains("│ ✗") })
            if case .failure(.invalidFields) = result { #expect(script.message == "name is too long") }
        }
    }

    @Test("where the form has one line, what is wrong is in the message")
    func tinyProblems() {
        var script = Self.open(20, 5)
        script.press(.tab)
        script.type("x")
        script.press(.enter)
        #expect(script.message?.hasPrefix("items is not JSON") == true)
        script.press(.control("u"), .enter)
        script.send(
            .submitted(
                .form,
                .failure(.invalidFields([FieldProblem(field: "name", code: "out_of_range", message: "is too long")]))))
        #expect(script.message == "name is too long")
    }

    @Test("a click goes to a field, a type or a button")
    func mouse() {
        var script = Self.open()
        script.click(on: "generate_report")
        script.click(on: "not before")
        script.type("+10m")
        script.click(on: "[ Start ]")
        #expect(
            Self.draft(script)?.members == [
                "task_type": "generate_report", "task_data": ["report_type": "summary", "delay": 1],
                "not_before": "2026-11-24T07:22:34.000Z",
            ])
        script = Self.open()
        script.click(on: "[ Cancel ]")
        #expect(script.model.overlays.isEmpty)
        #expect(script.commands.isEmpty)
    }

    @Test("keys of the panes and the table do nothing in the form but edit")
    func otherKeys() {
        var script = Self.open()
        script.add(DashboardScript.record(1))
        script.press(.tab)
        script.type("ptKq?dR+H")
        #expect(script.commands.isEmpty)
        #expect(script.model.overlays.count == 1)
        script.press(.escape)
        #expect(script.model.overlays.isEmpty)
    }

    // MARK: - Duplicates

    private static func original() -> TaskRecord {
        var record = DashboardScript.record(1, "process_data", .failed)
        record.name = "nightly"
        record.options.priority = 5
        record.options.timeout = 2.5
        record.options.retries = 3
        return record
    }

    private static func duplicate(_ record: TaskRecord) -> DashboardScript {
        var script = DashboardScript()
        script.duplicate(record)
        return script
    }

    @Test("a form like a task has its type, data, name and options; a time only if it is to come")
    func duplicating() {
        for (offset, time) in [(-60_000, nil), (172_800_000, "2026-11-26T07:00:00.000Z")] as [(Int64, JSONValue?)] {
            var record = Self.original()
            record.options.notBefore = Timestamp(milliseconds: DashboardScript.start.milliseconds + offset)
            var script = Self.duplicate(record)
            #expect(script.screen.contains("New task like …P00001"))
            script.press(.enter)
            var members: [JSONName: JSONValue] = [
                "task_type": "process_data", "task_data": ["items": [1, 2, "three"], "delay": 0.5], "name": "nightly",
                "priority": 5, "timeout": 2.5, "retries": 3,
            ]
            members["not_before"] = time
            #expect(Self.draft(script)?.members == members)
        }
    }

    @Test("data that is only stored is read, and cannot be sent before")
    func reading() {
        var record = Self.original()
        let data = record.data
        record.leaveDataInStore()
        var script = Self.duplicate(record)
        #expect(script.commands.map(\.name) == ["detail 01"])
        #expect(script.screen.contains("items       reading…"))
        script.press(.enter)
        #expect(Self.draft(script) == nil)
        #expect(script.screen.contains("✗ items is still being read"))
        record.data = data
        script.send(.detailRead(record.id, TaskDetail(record: record, worker: .unavailable("ended"), log: [])))
        script.press(.enter)
        #expect(Self.draft(script)?.members["task_data"] == data?.value)
    }

    @Test("data that cannot be read can be filled in; what another task has is not taken")
    func unreadable() {
        var record = Self.original()
        record.leaveDataInStore()
        var script = Self.duplicate(record)
        let other = DashboardScript.record(2)
        script.send(.detailRead(other.id, TaskDetail(record: other, worker: .unavailable("ended"), log: [])))
        #expect(script.screen.contains("reading…"))
        script.send(.detailRead(record.id, nil))
        #expect(script.screen.contains("✗ its data cannot be read now"))
        script.press(.enter)
        #expect(Self.draft(script)?.members["task_data"] == [:])
    }

    @Test("a value too large to edit is kept as it is, until Ctrl-U removes it")
    func large() {
        var record = Self.original()
        let items = JSONValue.array((0..<20_000).map { .integer($0) })
        record.data = JSONText(["items": items])
        var script = Self.duplicate(record)
        #expect(script.screen.contains("kept as it is; Ctrl-U removes it"))
        script.type("x")
        script.press(.enter)
        #expect(Self.draft(script)?.members["task_data"] == ["items": items])
        script.send(.submitted(.form, .failure(.shuttingDown)))
        script.press(.control("u"))
        script.type("[1]")
        script.press(.enter)
        #expect(Self.draft(script)?.members["task_data"] == ["items": [1]])
    }

    @Test("a time that can be read is shown as it is meant, with how long that is")
    func preview() {
        var script = Self.open()
        for _ in 0..<7 { script.press(.tab) }
        script.type("+2h30m")
        #expect(script.screen.contains("not before 09:42 (in 2 h 30 min)"))
        script.press(.control("u"))
        script.type("tomorrow 06:00")
        #expect(script.screen.contains("not before Wed 25 Nov 06:00 (in 22 h 47 min)"))
        script.type("x")
        #expect(!script.screen.contains("(in "))
        #expect(script.screen.contains("tomorrow 06:00, Tue 06:00, +2h30m"))
    }

    // MARK: - Screens

    @Test("the form, in each size", arguments: [(200, 50), (120, 36), (80, 24), (60, 16), (40, 12), (20, 5)])
    func screens(width: Int, height: Int) throws {
        var script = Self.open(width, height)
        script.press(.tab, .tab)
        try Golden.expect(script.screen, is: "form-\(width)x\(height)")
    }

    @Test("the form with problems", arguments: [(120, 36), (80, 24), (40, 12)])
    func problemScreens(width: Int, height: Int) throws {
        var script = Self.open(width, height)
        script.press(.right, .enter)
        script.send(
            .submitted(
                .form,
                .failure(
                    .invalidFields([
                        FieldProblem(
                            field: "task_data.delay", code: "out_of_range",
                            message: "must be between 0 and 86400, not -1"),
                        FieldProblem(
                            field: "priority", code: "out_of_range", message: "must be between -100 and 100, not 1000"),
                    ]))))
        try Golden.expect(script.screen, is: "form-problems-\(width)x\(height)")
    }
}
