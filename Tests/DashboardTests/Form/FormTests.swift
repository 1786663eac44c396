import JSON
import TaskModel
import Testing

@testable import Dashboard

@Suite("The form for a new task")
struct FormTests {
    @Test("Enter anywhere submits the suggested values, and no others", arguments: 0...8)
    func suggestions(steps: Int) {
        var script = DashboardScript.form()
        // The type, its two fields, the five others, and the button.
        for _ in 0..<steps { script.press(.tab) }
        script.press(.enter)
        #expect(script.draft == TaskDraft(type: "process_data", data: ["items": ["a", "b", "c"], "delay": 1]))
    }

    @Test(
        "each type suggests a task that runs for a while",
        arguments: [
            (0, "process_data", ["items": ["a", "b", "c"], "delay": 1]),
            (1, "generate_report", ["report_type": "summary", "delay": 1]),
            (2, "cpu_intensive", ["complexity": 500_000_000, "batches": 5]),
        ] as [(Int, String, JSONValue)])
    func types(steps: Int, type: String, data: JSONValue) {
        var script = DashboardScript.form()
        for _ in 0..<steps { script.press(.right) }
        script.press(.enter)
        #expect(script.draft == TaskDraft(type: type, data: data))
    }

    @Test("an empty field is not sent")
    func empty() {
        var script = DashboardScript.form()
        script.press(.down, .control("u"), .down, .control("u"))
        script.type("  ")
        script.press(.enter)
        #expect(script.draft == TaskDraft(type: "process_data", data: [:]))
        #expect(script.screen.contains("[]"), "what holds where it is empty is not shown")
    }

    @Test("name, priority, timeout, retries and time are sent, and survive a change of type")
    func options() {
        var script = DashboardScript.form()
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
            script.draft?.members == [
                "task_type": "generate_report", "task_data": ["report_type": "summary", "delay": 1],
                "name": "nightly run", "priority": 10, "timeout": 5400, "retries": 2,
                "not_before": "2026-11-24T08:00:00.000Z",
            ])
    }

    @Test(
        "a timeout is in seconds or a duration",
        arguments: [
            ("90", 90), ("1.5", 1.5), ("10m", 600), ("1h30m", 5400), (" 2 min ", 120), ("0.5s", 0.5), ("none", nil),
            ("NONE", nil), ("", nil), ("-1", -1),
        ] as [(String, JSONValue?)])
    func timeouts(text: String, value: JSONValue?) {
        var script = DashboardScript.form()
        for _ in 0..<5 { script.press(.tab) }
        script.type(text)
        script.press(.enter)
        #expect(script.draft?.members["timeout"] == value)
        #expect(script.draft != nil)
    }

    @Test("a click goes to a field, a type or a button")
    func mouse() {
        var script = DashboardScript.form()
        script.click(on: "generate_report")
        script.click(on: "not before")
        script.type("+10m")
        script.click(on: "[ Start ]")
        #expect(
            script.draft?.members == [
                "task_type": "generate_report", "task_data": ["report_type": "summary", "delay": 1],
                "not_before": "2026-11-24T07:22:34.000Z",
            ])
        script = DashboardScript.form()
        script.click(on: "[ Cancel ]")
        #expect(script.model.overlays.isEmpty)
        #expect(script.commands.isEmpty)
    }

    @Test("keys of the panes only edit text in the form")
    func otherKeys() {
        var script = DashboardScript.form()
        script.add(DashboardScript.record(1))
        script.press(.tab)
        script.type("ptKq?dR+H")
        #expect(script.commands.isEmpty)
        #expect(script.model.overlays.count == 1)
        script.press(.escape)
        #expect(script.model.overlays.isEmpty)
    }
}
