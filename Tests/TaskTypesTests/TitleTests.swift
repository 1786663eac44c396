import JSON
import TaskModel
import TaskTypes
import Testing

@Suite("Titles of tasks")
struct TitleTests {
    @Test(
        "titles summarize data",
        arguments: [
            ("process_data", [:], "no items"),
            ("process_data", ["items": ["a", "b", "c"]], "a, b, c"),
            ("process_data", ["items": [1, 2.5, nil, true]], "1, 2.5, null, true"),
            ("process_data", ["items": ["invoices", "orders", "customers", 1, 2, 3]], "invoices, orders +4"),
            (
                "process_data", ["items": ["invoices", "orders", "customers", 1, 2, 3], "delay": 12],
                "invoices, orders +4, 12 s"
            ),
            ("process_data", ["items": ["x"], "delay": 0], "x, 0 s"),
            ("process_data", ["items": ["x"], "delay": 0.1234567], "x, 0.123 s"),
            ("process_data", ["items": ["x"], "delay": 1.0], "x"),
            ("process_data", ["items": ["", " \n "]], "\"\", \"\""),
            ("process_data", ["items": ["a\u{1B}[31mb\r\nc\u{202E}d\u{7F}"]], "a [31mb cd"),
            ("process_data", ["items": [[1, [2, [3]]], [:], []]], "[1, [2, […]]], {}, []"),
            ("process_data", ["items": [["b": 1, "a": "x", "c": [], "d": 0]]], "{a: x, b: 1, c: [], …}"),
            (
                "process_data", ["items": [.wideInteger("123456789012345678901234567890")]],
                "123456789012345678901234567890"
            ),
            ("generate_report", [:], "summary"),
            ("generate_report", ["report_type": "detailed"], "detailed"),
            ("generate_report", ["report_type": "detailed", "delay": 30], "detailed, 30 s a phase"),
            ("cpu_intensive", [:], "5 × 1 M"),
            ("cpu_intensive", ["complexity": 2_000_000], "5 × 2 M"),
            ("cpu_intensive", ["complexity": 1_234_567, "batches": 1_000_000], "1 M × 1.23 M"),
            ("cpu_intensive", ["complexity": 1_000_000_000_000, "batches": 1], "1 × 1 T"),
        ] as [(String, JSONValue, String)])
    func data(type: String, data: JSONValue, title: String) throws {
        let task = try TaskTypeRegistry.builtIn.check(TaskDraft(type: type, data: data))
        #expect(task.title == title)
        #expect(task.name == nil)
    }

    @Test(
        "large data has a short title",
        arguments: [
            .array(Array(repeating: .string(String(repeating: "long ", count: 5)), count: 30_000)),
            .array([.string(String(repeating: "x", count: 1 << 20)), 1]),
            .array([.string(String(repeating: "\u{301}", count: 1 << 18)), 1]),
            .array([.object(Dictionary(uniqueKeysWithValues: (0..<50_000).map { (JSONName("k\($0)"), 1) }))]),
            .array([.array(Array(repeating: .array(Array(repeating: "y", count: 100)), count: 1000))]),
            .array([.wideInteger(String(repeating: "9", count: 100_000))]),
        ] as [JSONValue])
    func large(items: JSONValue) throws {
        let draft = TaskDraft(type: "process_data", data: .object(["items": items, "delay": 86_399.123]))
        let title = try TaskTypeRegistry.builtIn.check(draft).title
        #expect((1...TaskRecord.titleLimit).contains(title.unicodeScalars.count))
        #expect(title.hasSuffix(", 86399.123 s"))
    }

    @Test(
        "a name is the title, without unprintable characters",
        arguments: [
            ("nightly", "nightly"), ("  two  words ", "two  words"), ("a\tb\nc\u{2028}d\u{0}e", "a b c d e"),
            ("\u{202E}abc\u{200B}", "abc"), ("👩‍💻 naïve e\u{301}", "👩‍💻 naïve e\u{301}"),
            ("\u{1B}\u{7}\u{85}", "no items"), (String(repeating: "n", count: 200), String(repeating: "n", count: 200)),
        ])
    func name(name: String, title: String) throws {
        let task = try TaskTypeRegistry.builtIn.check(TaskDraft(type: "process_data", name: name, data: nil))
        #expect(task.name.map { Array($0.utf8) } == Array(name.utf8))
        #expect(Array(task.title.unicodeScalars) == Array(title.unicodeScalars))
    }

    @Test(
        "an invalid name is rejected, naming the field",
        arguments: [
            ("", "out_of_range"), (.string(String(repeating: "n", count: 201)), "out_of_range"), (7, "wrong_type"),
            ([], "wrong_type"),
        ] as [(JSONValue, String)])
    func badName(name: JSONValue, code: String) throws {
        let error = #expect(throws: TaskError.self) {
            try TaskTypeRegistry.builtIn.check(TaskDraft(members: ["task_type": "process_data", "name": name]))
        }
        guard case .invalidFields(let problems)? = error else {
            Issue.record("not about fields: \(String(describing: error))")
            return
        }
        #expect(problems.map(\.field) == ["name"])
        #expect(problems.map(\.code) == [code])
    }

    @Test("a task stored without a title gets one from its data")
    func stored() throws {
        var record = TaskRecord(
            id: TaskIDGenerator.first, type: "process_data", data: ["items": [1, 2], "delay": 3], state: .completed,
            progress: TaskProgress(done: 2, total: 2), createdAt: Timestamp(milliseconds: 0))
        #expect(TaskTypeRegistry.builtIn.title(of: record) == "1, 2, 3 s")
        record.type = "of_another_time"
        #expect(TaskTypeRegistry.builtIn.title(of: record) == "")
        record.name = "mine"
        #expect(TaskTypeRegistry.builtIn.title(of: record) == "mine")
    }

    @Test(
        "large numbers have units",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1 k"), (1500, "1.5 k"), (12_345, "12.3 k"), (123_456, "123 k"),
            (999_499, "999 k"), (999_500, "1 M"), (9_994_000, "9.99 M"), (9_996_000, "10 M"),
            (1_000_000_000, "1 G"), (1_000_000_000_000, "1 T"), (-1500, "-1.5 k"), (.max, "9223372 T"),
        ])
    func units(number: Int, text: String) {
        #expect(number.unitText == text)
    }
}

extension TaskIDGenerator {
    fileprivate static var first: TaskID {
        var ids = TaskIDGenerator()
        return ids.next(at: Timestamp(milliseconds: 0))
    }
}
