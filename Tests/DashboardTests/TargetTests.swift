import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("What actions hit")
struct TargetTests {
    /// A dashboard with four tasks: 1 paused, 2 and 3 running, 4, the first row, completed.
    static func four(_ size: Size = Size(width: 120, height: 30)) -> DashboardScript {
        var script = DashboardScript(size)
        script.add(
            DashboardScript.record(1, "process_data", .paused), DashboardScript.record(2, "generate_report", .running),
            DashboardScript.record(3, "cpu_intensive", .running),
            DashboardScript.record(4, "process_data", .completed, done: 4))
        script.commands = []
        return script
    }

    @Test(
        "the targets are named, with what is hidden of them and why",
        arguments: [
            ("", "…P00004"), ("j", "…P00003"), (" ", "1 tagged"), ("  ", "2 tagged"),
            ("j  /cpu\n", "2 tagged (1 hidden by the filter)"), ("A/cpu\n", "4 tagged (3 hidden by the filter)"),
            ("/nope\n", "…P00004 (hidden by the filter)"), ("jj/nope\n", "…P00002 (hidden by the filter)"),
            ("Ac", "4 tagged (1 hidden as finished)"),
            ("Ac/cpu\n", "4 tagged (2 hidden by the filter, 1 hidden as finished)"),
            ("Aay", "4 tagged (4 hidden by the time)"), ("jay", "…P00003 (hidden by the time)"), ("j\n", "…P00003"),
        ])
    func names(keys: String, text: String) {
        var script = Self.four()
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

    @Test("t asks as K does, lists what it would end, marks what is hidden, and ends nothing without a yes")
    func questions() throws {
        for (key, verb, sent) in [("t", "Terminate", "terminate"), ("K", "Kill", "kill")] {
            var script = Self.four(Size(width: 80, height: 24))
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

    @Test("in the log the keys of tasks, queue and table do nothing and say where they work", arguments: ["\t", "l"])
    func log(way: String) {
        var script = Self.four()
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

    @Test("in the detail they hit the task that is shown, whatever is tagged or hidden")
    func detail() {
        var script = Self.four()
        script.type("jj \u{20}gj")
        script.press(.enter)
        script.commands = []
        script.type("ty")
        #expect(script.commands.map(\.name) == ["terminate 03"])
    }

    @Test("without tasks no key does harm", arguments: "prtKdR+-=<>[] A*U".unicodeScalars.map { String($0) })
    func empty(key: String) {
        var script = DashboardScript()
        script.type(key)
        #expect(script.commands.isEmpty)
        #expect(script.model.overlays.isEmpty)
        #expect(script.model.targets.count == 0)
    }

    @Test("d fills in the form and starts nothing; with several tagged it says that it takes one")
    func duplicating() {
        var script = Self.four()
        script.type("jd")
        #expect(script.commands.compactMap(\.draft).isEmpty)
        #expect(script.screen.contains("complexity"))
        script.press(.escape)
        script.type("Ad")
        #expect(script.model.overlays.isEmpty)
        #expect(script.message?.hasPrefix("d fills in the form for one task") == true)
    }

    @Test("an action on what has ended asks nothing of the service")
    func ended() {
        for keys in ["p", "r", "t", "K"] {
            var script = Self.four()
            script.type(keys)
            #expect(script.commands.isEmpty && script.model.overlays.isEmpty)
            #expect(script.message == "…P00004 has already ended: it is completed")
        }
    }

    @Test("a single hidden target is acted on, and every message says that it is hidden")
    func hiddenTarget() throws {
        var script = Self.four()
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

    @Test("menus, footer and headings work by mouse, and only in the table's place")
    func mouse() {
        var script = Self.four(Size(width: 140, height: 30))
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

    @Test("a filter or search that is being typed is for the pane where it began, wherever the focus goes")
    func typing() {
        var script = Self.four(Size(width: 120, height: 30))
        script.log(.info, "a line")
        script.type("/proc")
        script.click(on: "─ log ─")
        #expect(script.model.focus == .log)
        script.type("x")
        #expect(script.model.tasks.filter == "proc" && script.model.log.filter.isEmpty)
        script.press(.escape, .escape)
        // Where the log has no room the table has the focus.
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
        // The second click opens the detail, whose keys are its own.
        script.press(.escape, .escape)
        script.type("/proc")
        script.click(on: "…P00004")
        script.click(on: "…P00004")
        #expect(script.model.detailedTask == DashboardScript.id(4))
        script.press(.escape)
        #expect(!script.model.isEditingText)
        #expect(script.model.tasks.filter == "proc")
    }

    @Test("until the operator moves or acts the first row is selected, and from then on a task")
    func top() {
        var script = DashboardScript()
        for number in 1...40 { script.add(DashboardScript.record(number)) }
        #expect(script.selection == DashboardScript.id(40))
        #expect(script.lines[3].contains("▸ …P00040"))
        for keys in ["j", "p", " ", "k", "+", "\u{5D}"] {
            var moved = script
            moved.type(keys)
            let selected = moved.selection
            moved.add(DashboardScript.record(41))
            #expect(moved.selection == selected)
        }
        script.type("P")
        script.add(DashboardScript.record(41))
        #expect(script.model.tasks.selectedIndex == 0)
    }

    @Test("a filter without a match keeps the selection for when it is cleared, also while it is typed")
    func filtered() {
        var script = Self.four()
        script.press(.end)
        script.type("/cpux")
        #expect(script.model.tasks.order.isEmpty)
        #expect(script.selection == DashboardScript.id(1))
        #expect(script.screen.contains("No task matches the filter"))
        script.press(.enter)
        #expect(script.screen.contains("…P00001 (hidden by the filter)"))
        script.press(.escape)
        #expect(script.selection == DashboardScript.id(1))
        #expect(script.model.tasks.selectedIndex == 3)
    }

    @Test("a range is tagged from the last tag to the selection, in the order shown")
    func ranges() {
        var script = Self.four()
        script.press(.control(" "), .down, .down, .control(" "))
        #expect(script.model.targets.ids == [2, 3, 4].map(DashboardScript.id))
        script.type("UG ")
        script.press(.home, .down, .control(" "))
        #expect(script.model.targets.ids == [1, 2, 3].map(DashboardScript.id))
        // Where the last tag is not shown the range begins anew.
        script.type("Ug /cpu")
        script.press(.enter, .control(" "))
        #expect(script.model.targets.ids == [3, 4].map(DashboardScript.id))
    }

    @Test("F3 goes to the next row that matches and hides nothing; again it goes on")
    func rowSearch() {
        var script = Self.four()
        script.press(.function(3))
        script.type("process")
        #expect(script.selection == DashboardScript.id(4))
        script.press(.function(3))
        #expect(script.selection == DashboardScript.id(1))
        script.press(.function(3))
        #expect(script.selection == DashboardScript.id(4))
        script.type("x")
        #expect(script.screen.contains("no row matches"))
        script.press(.backspace, .enter)
        #expect(script.model.tasks.order.count == 4)
        script.press(.function(3))
        #expect(script.selection == DashboardScript.id(1))
        // What is typed then is another search.
        script.type("cpu")
        #expect(script.selection == DashboardScript.id(3))
        script.press(.escape)
        script.type("p")
        #expect(script.commands.map(\.name) == ["pause 03"])
    }

    @Test("the footer names the targets, where there is room at each key, and releases a queue that is held")
    func footer() throws {
        var script = Self.four(Size(width: 200, height: 30))
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
        script.send(.tasksChanged(TaskChanges(queue: QueueStatus(isHeld: true))))
        #expect(script.lines.last?.contains("H release queue") == true)
    }
}
