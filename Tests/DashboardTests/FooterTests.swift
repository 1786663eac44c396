import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("The footer and clicks")
struct FooterTests {
    @Test("a filter or search being typed belongs to its pane, wherever the focus moves")
    func typing() {
        var script = DashboardScript.fourTasks(Size(width: 120, height: 30))
        script.log(.info, "a line")
        script.type("/proc")
        script.click(on: "─ log ─")
        #expect(script.model.focus == .log)
        script.type("x")
        #expect(script.model.tasks.filter == "proc" && script.model.log.filter.isEmpty)
        script.press(.escape, .escape)
        // Without room for the log the table has the focus.
        script.press(.tab)
        script.type("&line")
        script.resize(120, 10)
        #expect(script.model.focus == .table)
        script.type("s")
        #expect(script.model.tasks.filter.isEmpty)
        #expect(script.model.log.filter == "line")
        script.press(.escape)
        script.resize(120, 30)
        script.press(.function(3))
        script.type("running")
        script.click(on: "F3 next")
        #expect(script.model.rowSearch?.field.text == "running")
        #expect(script.selection == DashboardScript.id(2))
        script.click(on: "─ log ─")
        #expect(script.model.rowSearch == nil)
        // The second click opens the detail, which has its own keys.
        script.press(.escape, .escape)
        script.type("/proc")
        script.click(on: "…P00004")
        script.click(on: "…P00004")
        #expect(script.model.detailedTask == DashboardScript.id(4))
        script.press(.escape)
        #expect(!script.model.isEditingText)
        #expect(script.model.tasks.filter == "proc")
    }

    @Test("menus, footer and headings can be clicked")
    func mouse() {
        var script = DashboardScript.fourTasks(Size(width: 140, height: 30))
        script.type("a")
        script.click(on: "yesterday")
        #expect(script.model.tasks.scope.timeRange == .yesterday)
        script.type("a")
        script.click(on: "all times")
        #expect(script.model.tasks.order.count == 4)
        script.click(on: "s sort")
        script.click(on: "TIMEOUT")
        #expect(script.model.tasks.sortColumn == .timeout)
        script.click(on: "TITLE")
        #expect(script.model.tasks.sortColumn == .title)
        script.commands = []
        script.press(.end)
        let selected = script.selection
        script.click(on: "t terminate")
        script.click(on: "[ Cancel ]")
        script.click(on: "t terminate")
        script.click(on: "[ Terminate ]")
        #expect(script.commands.compactMap(\.ticket?.id) == [selected])
        script.press(.tab)
        #expect(!script.screen.contains("t terminate"))
        script.click(on: "ENDED")
        #expect(script.model.tasks.sortColumn == .ended)
    }

    @Test("the footer names the targets, at each key if there is room")
    func footer() throws {
        var script = DashboardScript.fourTasks(Size(width: 200, height: 30))
        script.type("j")
        #expect(script.lines.last?.contains("p pause …P00003  r resume …P00003  t terminate …P00003") == true)
        script.resize(80, 24)
        #expect(script.lines.last?.contains("…P00003: p pause  r resume  t terminate  K kill") == true)
        script.type("A/cpu")
        script.press(.enter)
        #expect(script.lines.last?.contains("4 tagged: p pause  r resume  t terminate  K kill") == true)
        #expect(script.screen.contains("4 tagged (3 hidden by the filter): …P00001"))
        try Golden.expect(script.screen, is: "targets-hidden-80x24")
        script.resize(120, 24)
        script.send(.tasksChanged(TaskChanges(queue: QueueStatus(isPaused: true))))
        #expect(script.lines.last?.contains("H release queue") == true)
    }
}
