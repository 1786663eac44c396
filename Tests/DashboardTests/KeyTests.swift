import JSON
import TaskModel
import Testing

@testable import Dashboard

@Suite("Keys")
struct KeyTests {
    /// A dashboard with three tasks; the youngest, 3, is selected.
    private static func three() -> DashboardScript {
        var script = DashboardScript()
        script.add(
            DashboardScript.record(1, "process_data", .paused), DashboardScript.record(2, "generate_report", .running),
            DashboardScript.record(3, "cpu_intensive", .running))
        script.commands = []
        return script
    }

    @Test(
        "each key has its effect on the selected task",
        arguments: [
            ("p", ["pause 03"]), ("r", ["resume 03"]), ("t", []), ("ty", ["terminate 03"]), ("tn", []),
            ("jp", ["pause 02"]),
            ("Gr", ["resume 01"]), ("d", []), ("K", []), ("Ky", ["kill 03"]), ("Kn", []), ("q", []),
            ("qy", ["quit"]), ("qn", []), ("m", ["mouse false"]), ("mm", ["mouse false", "mouse true"]), ("n", []),
            ("?", []), ("s", []), ("/p", []), (" p", ["pause 03"]), ("  p", ["pause 02", "pause 03"]),
            (" jty", ["terminate 03"]), ("?qp", ["pause 03"]), ("?p", []), ("sqp", ["pause 03"]),
            ("  Kjy", ["kill 02", "kill 03"]), ("K ", []), ("x", []), ("Gjjjp", ["pause 01"]), ("]p", ["pause 02"]),
            ("]]]p", ["pause 01"]), ("][p", ["pause 03"]), ("Ap", ["pause 01", "pause 02", "pause 03"]),
            (" *p", ["pause 01", "pause 02"]), ("A*p", ["pause 03"]), ("AUp", ["pause 03"]), ("gkkp", ["pause 03"]),
        ])
    func effects(keys: String, commands: [String]) {
        var script = Self.three()
        script.type(keys)
        #expect(script.commands.map(\.name) == commands)
    }

    @Test("every action has a key, a name and an explanation, and no key has two")
    func table() {
        let keys = DashboardAction.allCases.flatMap(\.binding.keys)
        #expect(Set(keys).count == keys.count)
        for action in DashboardAction.allCases {
            #expect(!action.binding.name.isEmpty)
            #expect((1...58).contains(action.binding.explanation.count), "\(action) is cut off on 80 columns")
            for key in action.binding.keys { #expect(DashboardAction(key) == action) }
        }
    }

    @Test("every key that does something is in the help")
    func help() {
        let help = HelpText.lines
        for action in DashboardAction.allCases {
            #expect(help.contains(.key(action.binding.label, explanation: action.binding.explanation)))
        }
    }

    @Test("a question has the harmless button selected")
    func questions() {
        var script = Self.three()
        script.type("K")
        script.press(.enter)
        #expect(script.commands.isEmpty)
        script.type("K")
        script.press(.right, .enter)
        #expect(script.commands.map(\.name) == ["kill 03"])
    }

    @Test("no input answers a question that has not been on the screen")
    func unshownQuestions() {
        for answer: TerminalInput in [
            .key(.character("y")), .key(.enter), .key(.escape), .key(.right), .key(.control("c")), .paste("y"),
            .mouse(MouseEvent(.press, at: Position(x: 58, y: 16))),
        ] {
            for question in ["K", "t", "q"] {
                var script = Self.three()
                script.showsFrames = false
                script.type(question)
                script.send(.input(answer))
                #expect(script.commands.isEmpty)
                #expect(script.model.overlays.count == 1, "\(answer) closed it")
                script.send(.shown)
                script.type("y")
                #expect(script.commands.count == 1)
            }
        }
    }

    @Test(
        "keys that introduce sequences have no bindings", arguments: Array("[]OPX^_\\"))
    func introducers(key: Character) {
        var script = Self.three()
        script.type(String(key))
        #expect(script.commands.isEmpty)
        #expect(script.model.overlays.isEmpty)
    }

    @Test("a question must be shown again after the process was stopped")
    func resumedQuestions() {
        var script = Self.three()
        script.type("K")
        script.showsFrames = false
        script.send(.input(.resumed))
        script.type("y")
        #expect(script.commands.map(\.name) == ["redraw"])
        script.send(.shown)
        script.type("y")
        #expect(script.commands.map(\.name) == ["redraw", "kill 03"])
    }

    @Test("a confirmed kill ends the tasks that the question was about, if they have not ended")
    func killing() {
        var script = Self.three()
        script.type("K")
        script.add(DashboardScript.record(4, "process_data", .running))
        script.press(.home)
        script.type("y")
        #expect(script.commands.map(\.name) == ["kill 03"])

        script.commands = []
        script.type("gjK")
        script.add(DashboardScript.record(3, "cpu_intensive", .completed))
        script.type("y")
        #expect(script.commands.isEmpty)
        #expect(script.message == "nothing was killed: finished meanwhile")
    }

    @Test("quitting requires confirmation only if there are tasks to end; Ctrl-C twice quits")
    func quitting() {
        var script = DashboardScript()
        script.type("q")
        #expect(script.commands.map(\.name) == ["quit"])

        script = Self.three()
        script.type("q")
        #expect(script.screen.contains("3 tasks will be ended"))
        script.press(.control("c"))
        #expect(script.commands.map(\.name) == ["quit"])
        script.commands = []
        script.send(.shutdownBegun)
        #expect(script.screen.contains("ending, 3 tasks left"))
        script.type("q")
        #expect(script.commands.map(\.name) == ["quit"])
    }

    @Test("Escape goes back one step at a time")
    func escape() {
        var script = Self.three()
        script.type("/cpu")
        script.press(.enter)
        script.type(" ")
        script.press(.enter)
        script.type("K")
        #expect(script.model.overlays.count == 2)
        script.press(.escape)
        #expect(script.model.overlays.count == 1)
        script.press(.escape)
        #expect(script.model.overlays.isEmpty)
        #expect(!script.model.tasks.tags.isEmpty)
        script.press(.escape)
        #expect(script.model.tasks.tags.isEmpty)
        #expect(script.model.tasks.filter == "cpu")
        script.press(.escape)
        #expect(script.model.tasks.filter.isEmpty)
        script.type("l")
        script.press(.escape)
        #expect(!script.model.logIsFull)
        #expect(script.model.focus == .table)
    }

    @Test("a pending action is shown at its task, and other keys work")
    func pending() throws {
        var script = Self.three()
        script.type("p")
        #expect(script.screen.contains("◌ pausing…"))
        #expect(script.message == "pause …P00003: waiting for the worker")
        script.type("jty")
        #expect(script.commands.map(\.name) == ["pause 03", "terminate 02"])
        script.send(
            .performed(
                try #require(script.commands[0].ticket), .success(DashboardScript.record(3, "cpu_intensive", .paused))))
        #expect(!script.screen.contains("pausing"))
        #expect(script.message == "…P00003 cpu_intensive is paused")
    }

    @Test("a refusal is shown as a sentence without codes")
    func refusal() throws {
        var script = Self.three()
        script.type("p")
        let id = DashboardScript.id(3)
        script.send(
            .performed(
                try #require(script.commands[0].ticket),
                .failure(.invalidState(id, action: .pause, current: .completed))))
        #expect(script.message == "cannot pause …P00003: it is completed")
        script.pass(seconds: 5)
        #expect(script.message != nil)
        script.pass(seconds: 1)
        #expect(script.message == nil)
    }

    @Test("an action on several tasks shows one message")
    func batch() throws {
        var script = Self.three()
        script.type("   p")
        let tickets = script.commands.compactMap(\.ticket)
        #expect(tickets.count == 3)
        script.send(.performed(tickets[0], .success(DashboardScript.record(1))))
        script.send(
            .performed(tickets[1], .failure(.workerUnresponsive(tickets[1].id, action: .pause, reason: "it sleeps"))))
        #expect(script.message == "pause 3 tagged: waiting for the workers")
        script.send(.performed(tickets[2], .success(DashboardScript.record(3))))
        #expect(
            script.message
                == "paused 2, 1 failed: could not pause …P00002: it sleeps")
    }

    @Test("pasted text is not interpreted as keys")
    func pasting() {
        var script = Self.three()
        script.send(.input(.paste("qKy\n")))
        #expect(script.commands.isEmpty)
        #expect(script.model.overlays.isEmpty)
        script.type("n")
        script.press(.tab, .control("u"))
        script.send(.input(.paste("[1,\n2]")))
        script.press(.enter)
        #expect(
            script.commands.compactMap(\.draft).first
                == TaskDraft(type: "process_data", data: ["items": [1, 2], "delay": 1]))
    }

    @Test("Ctrl-Z suspends, unless no shell could continue the process")
    func suspending() {
        var script = Self.three()
        script.press(.control("z"))
        #expect(script.commands.map(\.name) == ["suspend"])
        var detached = DashboardScript(capabilities: Capabilities(canSuspend: false))
        detached.press(.control("z"))
        #expect(detached.commands.isEmpty)
        #expect(detached.message == "there is no shell that could continue taskdeck")
    }

    @Test("actions in the detail apply to its task")
    func detail() {
        var script = Self.three()
        // The tag is on another task.
        script.type(" ")
        script.press(.enter)
        #expect(script.model.detailedTask == DashboardScript.id(2))
        script.type("p")
        #expect(script.commands.map(\.name) == ["detail 02", "follow 02", "pause 02"])
        script.press(.enter)
        #expect(script.model.overlays.isEmpty)
    }
}
