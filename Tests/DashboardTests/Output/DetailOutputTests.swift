import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import Dashboard

@Suite("The output in the detail of a task")
struct DetailOutputTests {
    @Test("in the detail Tab switches between text and output, and F5 shows all of it")
    func detail() {
        var lines = ScriptedOutput()
        lines.append((0..<100).map { "line \($0)" })
        var script = DashboardScript.program(lines, 80, 24)
        script.press(.enter)
        script.show(lines)
        #expect(script.outputRows.last == "line 99")
        script.press(.up)
        #expect(script.outputRows.last == "line 98")
        script.press(.tab, .down)
        #expect(script.outputRows.last == "line 98")
        #expect(script.screen.contains("2-"))
        let rows = script.outputRows.count
        script.press(.function(5))
        #expect(script.outputRows.count > rows)
        script.press(.function(5), .escape)
        #expect(script.model.overlays.isEmpty)
    }

    @Test("the next task of the detail has its own output")
    func neighbors() {
        var script = DashboardScript.program(ScriptedOutput("of one"), 80, 24)
        script.press(.enter)
        script.show(ScriptedOutput("of one"))
        script.keys("e")
        script.answer(ScriptedOutput("of one"))
        script.commands = []
        script.keys("[")
        #expect(script.commands.contains { $0.name == "follow 02" })
        #expect(script.model.output?.count == 0)
        #expect(script.model.output?.stream == .standardOutput)
        script.press(.escape)
        #expect(script.commands.contains { $0.name == "follow none" })
    }
}
