import JSON
import TaskModel
import TaskTypes
import Testing

@Suite("Validating drafts")
struct ValidationTests {
    @Test(
        "valid data is accepted",
        arguments: [
            ("process_data", [:], 0), ("process_data", ["items": [1, "a", nil, [], [:]], "delay": 0], 5),
            ("process_data", ["delay": 86_400], 0), ("process_data", ["delay": 0.001], 0),
            ("generate_report", [:], 4), ("generate_report", ["report_type": "detailed", "delay": 2.5], 4),
            ("cpu_intensive", [:], 5),
            ("cpu_intensive", ["complexity": 1_000_000_000_000, "batches": 1_000_000], 1_000_000),
            ("cpu_intensive", ["complexity": 1, "batches": 1], 1),
        ] as [(String, JSONValue, Int)])
    func accepted(type: String, data: JSONValue, units: Int) throws {
        let task = try TaskTypeRegistry.builtIn.check(TaskDraft(type: type, data: data))
        #expect(task.type == type)
        #expect(task.data == data)
        #expect(task.work.units == units)
    }

    @Test("a field without a default is described as required")
    func required() {
        var fields = FieldReader([:])
        #expect(fields.requiredInteger("count", in: 1...3) == nil)
        _ = fields.integer("delay", default: 1, in: 0...9)
        let texts = fields.descriptions.map { String(decoding: JSONCoding.encode($0), as: UTF8.self) }
        #expect(texts.map { $0.contains("\"required\":true") } == [true, false])
        #expect(texts.map { $0.contains("\"default\":null") } == [true, false])
    }

    @Test(
        "invalid data is rejected, naming the field and the problem",
        arguments: [
            ("process_data", ["items": "x"], "task_data.items", "wrong_type"),
            ("process_data", ["items": nil], "task_data.items", "wrong_type"),
            ("process_data", ["items": [:]], "task_data.items", "wrong_type"),
            ("process_data", ["items": .array(Array(repeating: 0, count: 100_001))], "task_data.items", "out_of_range"),
            ("process_data", ["delay": "1"], "task_data.delay", "wrong_type"),
            ("process_data", ["delay": true], "task_data.delay", "wrong_type"),
            ("process_data", ["delay": nil], "task_data.delay", "wrong_type"),
            ("process_data", ["delay": -0.1], "task_data.delay", "out_of_range"),
            ("process_data", ["delay": 86_400.1], "task_data.delay", "out_of_range"),
            ("process_data", ["delay": 1e300], "task_data.delay", "out_of_range"),
            ("process_data", ["delays": 1], "task_data.delays", "unknown_field"),
            ("process_data", ["complexity": 1], "task_data.complexity", "unknown_field"),
            ("generate_report", ["report_type": 1], "task_data.report_type", "wrong_type"),
            ("generate_report", ["report_type": ""], "task_data.report_type", "out_of_range"),
            ("generate_report", ["delay": []], "task_data.delay", "wrong_type"),
            ("cpu_intensive", ["complexity": 0], "task_data.complexity", "out_of_range"),
            ("cpu_intensive", ["complexity": -5], "task_data.complexity", "out_of_range"),
            ("cpu_intensive", ["complexity": 1_000_000_000_001], "task_data.complexity", "out_of_range"),
            ("cpu_intensive", ["complexity": 1e30], "task_data.complexity", "out_of_range"),
            ("cpu_intensive", ["complexity": 1.5], "task_data.complexity", "wrong_type"),
            ("cpu_intensive", ["complexity": "9"], "task_data.complexity", "wrong_type"),
            ("cpu_intensive", ["batches": 0], "task_data.batches", "out_of_range"),
            ("cpu_intensive", ["batches": 1_000_001], "task_data.batches", "out_of_range"),
            ("process_data", [], "task_data", "wrong_type"),
            ("process_data", nil, "task_data", "wrong_type"),
            ("explode", [:], "task_type", "unknown_value"),
        ] as [(String, JSONValue, String, String)])
    func refused(type: String, data: JSONValue, field: String, code: String) {
        let error = #expect(throws: TaskError.self) {
            try TaskTypeRegistry.builtIn.check(TaskDraft(type: type, data: data))
        }
        guard case .invalidFields(let problems)? = error else { return }
        #expect(problems.map(\.field) == [field])
        #expect(problems.map(\.code) == [code])
    }

    @Test(
        "the message about a rejected number contains it",
        arguments: [
            (1.5, "must be a whole number, not 1.5"),
            (.wideInteger("18446744073709551616"), "not 18446744073709551616"),
            (1e30, "not 1e+30"), ("9", "must be a whole number, not a string"),
        ] as [(JSONValue, String)])
    func shown(value: JSONValue, message: String) {
        let draft = TaskDraft(type: "cpu_intensive", data: ["complexity": value])
        let error = #expect(throws: TaskError.self) { try TaskTypeRegistry.builtIn.check(draft) }
        #expect(error?.detail.contains(message) == true)
    }

    @Test("data may be left out; the type may not")
    func missing() throws {
        #expect(try TaskTypeRegistry.builtIn.check(TaskDraft(members: ["task_type": "process_data"])).data == [:])
        #expect(
            throws: TaskError.invalidFields([
                FieldProblem(
                    field: "task_type", code: "missing",
                    message: "is missing; it must be one of process_data, generate_report, cpu_intensive, command")
            ])
        ) {
            try TaskTypeRegistry.builtIn.check(TaskDraft(members: [:]))
        }
    }

    @Test("all problems are reported at once")
    func allAtOnce() {
        let draft = TaskDraft(members: [
            "task_type": "cpu_intensive", "task_data": ["complexity": 0, "batches": "x", "colour": "red"],
            "nickname": "x",
        ])
        let error = #expect(throws: TaskError.self) { try TaskTypeRegistry.builtIn.check(draft) }
        guard case .invalidFields(let problems)? = error else { return }
        #expect(problems.map(\.field) == ["task_data.complexity", "task_data.batches", "task_data.colour", "nickname"])
    }
}

@Suite("Descriptions of task types")
struct DescriptionTests {
    @Test("every type describes its fields with the defaults that validation uses")
    func descriptions() throws {
        let types = TaskTypeRegistry.builtIn.descriptions
        #expect(types.map(\.name) == TaskTypeRegistry.builtIn.names)
        #expect(
            types.map { $0.fields.map { "\($0.name) \($0.kind) \($0.fallback?.jsonText ?? "") \($0.hint)" } } == [
                ["items array [] at most 100000 elements", "delay number 1 0 to 86400"],
                ["report_type text \"summary\" 1 to 100 characters", "delay number 1 0 to 86400"],
                [
                    "complexity integer 1000000 1 to 1000000000000", "batches integer 5 1 to 1000000",
                ],
                [
                    "command command  arguments, or a line for /bin/sh", "cwd path  an absolute path",
                    "env object {} names with their values", "stdin lines  at most 524288 bytes",
                    "stop_signal choice \"SIGTERM\" the name of a signal",
                    "success_codes array [0] exit codes, 0 to 255",
                    "progress text \"auto\" auto, none, or a regular expression with one or two groups",
                ],
            ])
        for type in types {
            let values = type.fields.compactMap { field in
                (field.fallback ?? (field.isRequired ? field.suggestion : nil)).map { (JSONName(field.name), $0) }
            }
            _ = try TaskTypeRegistry.builtIn.check(
                TaskDraft(type: type.name, data: .object(Dictionary(uniqueKeysWithValues: values))))
        }
    }

    @Test("suggested values are valid, and every field has a meaning")
    func suggestions() throws {
        for type in TaskTypeRegistry.builtIn.descriptions {
            let values = type.fields.compactMap { field in field.suggestion.map { (JSONName(field.name), $0) } }
            let task = try TaskTypeRegistry.builtIn.check(
                TaskDraft(type: type.name, data: .object(Dictionary(uniqueKeysWithValues: values))))
            #expect(task.work.units > 1 || task.program != nil, "there is nothing to watch in \(type.name)")
            for field in type.fields { #expect(!field.meaning.isEmpty, "\(type.name) \(field.name)") }
        }
    }
}
