import TaskModel
import Testing

@testable import Dashboard

@Suite("Questions about tasks that have ended, and empty filters")
struct QuestionTests {
    @Test(
        "a question shows when all its tasks have ended, and then ends nothing",
        arguments: [
            ("jK", "─ Kill? ─", "The task has ended meanwhile."),
            ("jt", "─ Terminate? ─", "The task has ended meanwhile."),
            ("j  K", "─ Kill? ─", "All 2 tasks have ended meanwhile."),
        ])
    func ended(keys: String, title: String, line: String) {
        var script = DashboardScript.fourTasks()
        script.type(keys)
        script.add(
            DashboardScript.record(2, "generate_report", .completed, done: 4),
            DashboardScript.record(3, "cpu_intensive", .failed))
        #expect(script.screen.contains(title))
        #expect(script.screen.contains(line))
        script.type("y")
        #expect(script.commands.isEmpty)
        #expect(script.message?.hasSuffix("finished meanwhile") == true)
    }

    @Test("a filter without words is removed", arguments: ["   ", "!", " ! "])
    func blankFilter(text: String) {
        var script = DashboardScript.fourTasks()
        script.keys("/\(text)⏎")
        #expect(script.model.tasks.filter.isEmpty)
        #expect(!script.screen.contains("Esc clears"))
    }

    @Test("a click below a question does not answer it", arguments: ["items", "generate_report", "delay"])
    func clickBelow(text: String) {
        var script = DashboardScript.fourTasks()
        script.type("n")
        script.press(.control("c"))
        #expect(script.model.overlays.count == 2 && script.screen.contains(text))
        script.click(on: text)
        #expect(script.commands.isEmpty)
        #expect(script.model.overlays.count == 2)
    }
}
