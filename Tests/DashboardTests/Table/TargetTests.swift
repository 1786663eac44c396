import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("Targets of actions")
struct TargetTests {
    @Test(
        "the targets are named, with those that are hidden and why",
        arguments: [
            ("", "…P00004"), ("j", "…P00003"), (" ", "1 tagged"), ("  ", "2 tagged"),
            ("j  /cpu\n", "2 tagged (1 hidden by the filter)"), ("A/cpu\n", "4 tagged (3 hidden by the filter)"),
            ("/nope\n", "…P00004 (hidden by the filter)"), ("jj/nope\n", "…P00002 (hidden by the filter)"),
            ("Ac", "4 tagged (1 hidden as finished)"),
            ("Ac/cpu\n", "4 tagged (2 hidden by the filter, 1 hidden as finished)"),
            ("Aay", "4 tagged (4 hidden by the time)"), ("jay", "…P00003 (hidden by the time)"), ("j\n", "…P00003"),
        ])
    func names(keys: String, text: String) {
        var script = DashboardScript.fourTasks()
        for key in keys.unicodeScalars { script.press(key == "\n" ? .enter : .character(key)) }
        #expect(script.model.targets.text(.unicode) == text)
        if script.model.overlays.isEmpty { #expect(script.screen.contains(text)) }
    }

    @Test("tagged tasks on another page are counted")
    func pages() {
        var script = DashboardScript(Size(width: 100, height: 10))
        script.send(.tasksChanged(TaskChanges(changed: (1...20).map { DashboardScript.record($0) })))
        script.type(" ")
        script.press(.end)
        script.type(" ")
        #expect(script.model.targets.text(.unicode) == "2 tagged (1 on another page)")
        script.type("t")
        #expect(script.screen.contains("Not visible: 1 on another page."))
    }

    @Test("t and K require confirmation, list the tasks to end, and mark the hidden ones")
    func questions() throws {
        for (key, verb, sent) in [("t", "Terminate", "terminate"), ("K", "Kill", "kill")] {
            var script = DashboardScript.fourTasks(Size(width: 80, height: 24))
            script.type("j  /cpu")
            script.press(.enter)
            script.type(key)
            #expect(script.screen.contains("\(verb) 2 tasks?"))
            #expect(
                script.screen.contains("…P00002 generate_report, running, pid 4702, hidden by the filter: detailed"))
            #expect(script.screen.contains("…P00003 cpu_intensive, running, pid 4703: 5 × 2 M"))
            try Golden.expect(script.screen, is: "targets-\(sent)-80x24")
            script.press(.enter)
            #expect(script.commands.isEmpty)
            script.type(key)
            script.type("y")
            #expect(script.commands.map(\.name) == ["\(sent) 02", "\(sent) 03"])
        }
    }

    @Test("in the log the keys of the table show where they work", arguments: ["\t", "l"])
    func log(way: String) {
        var script = DashboardScript.fourTasks()
        script.type("j ")
        script.press(way == "\t" ? .tab : .character("l"))
        let before = (script.model.targets.ids, script.model.tasks.order, script.model.tasks.sortColumn)
        script.commands = []
        for key in "prtKdRAU*+-=<>HcasSCIOTPMEB []".unicodeScalars {
            script.press(.character(key))
            let name = key == " " ? "Space" : String(Character(key))
            #expect(script.message == "\(name) works in the table; Tab goes there")
            #expect(script.model.overlays.isEmpty && script.commands.isEmpty)
        }
        script.press(.enter)
        #expect(script.model.overlays.isEmpty)
        script.press(.tab)
        #expect(script.model.targets.ids == before.0)
        #expect(script.model.tasks.order == before.1 && script.model.tasks.sortColumn == before.2)
        script.type("p")
        #expect(script.commands.map(\.name) == ["pause 03"])
    }

    @Test("in the detail they apply to its task, whatever is tagged or hidden")
    func detail() {
        var script = DashboardScript.fourTasks()
        script.type("jj \u{20}gj")
        script.press(.enter)
        script.commands = []
        script.type("ty")
        #expect(script.commands.map(\.name) == ["terminate 03"])
    }

    @Test("without tasks keys have no effect", arguments: "prtKdR+-=<>[] A*U".unicodeScalars.map { String($0) })
    func empty(key: String) {
        var script = DashboardScript()
        script.type(key)
        #expect(script.commands.isEmpty)
        #expect(script.model.overlays.isEmpty)
        #expect(script.model.targets.count == 0)
    }

    @Test("d fills in the form for one task and starts nothing")
    func duplicating() {
        var script = DashboardScript.fourTasks()
        script.type("jd")
        #expect(script.commands.compactMap(\.draft).isEmpty)
        #expect(script.screen.contains("complexity"))
        script.press(.escape)
        script.type("Ad")
        #expect(script.model.overlays.isEmpty)
        #expect(script.message?.hasPrefix("d fills in the form for one task") == true)
    }

    @Test("an action on a finished task sends no request")
    func ended() {
        for keys in ["p", "r", "t", "K"] {
            var script = DashboardScript.fourTasks()
            script.type(keys)
            #expect(script.commands.isEmpty && script.model.overlays.isEmpty)
            #expect(script.message == "…P00004 has already ended: it is completed")
        }
    }

    @Test("actions apply to a hidden target, and messages mark it as hidden")
    func hiddenTarget() throws {
        var script = DashboardScript.fourTasks()
        script.type("j/nope")
        script.press(.enter)
        script.type("p")
        #expect(script.message == "pause …P00003 (hidden by the filter): waiting for the worker")
        script.send(
            .performed(
                try #require(script.commands.last?.ticket),
                .success(DashboardScript.record(3, "cpu_intensive", .paused))))
        #expect(script.message == "…P00003 cpu_intensive (hidden by the filter) is paused")
        script.type("t")
        #expect(script.screen.contains("…P00003 cpu_intensive, running, pid 4703, hidden by the filter"))
        script.press(.escape, .escape)
        script.type("g/nope")
        script.press(.enter)
        script.type("R")
        script.send(.submitted(.copy(of: DashboardScript.id(4)), .success(DashboardScript.record(5))))
        #expect(script.message == "…P00005 process_data was started, from …P00004 (hidden by the filter)")
    }
}
