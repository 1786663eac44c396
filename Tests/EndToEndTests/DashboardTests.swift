import Glibc
import JSON
import TaskModel
import TestSupport
import Testing

@Suite("The dashboard in a real terminal", .timeLimit(.minutes(15)))
struct DashboardTests {
    @Test("keys and requests have the same effects, and both show")
    func together() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            try await terminal.waitForText("No tasks yet")
            let task = try await cockpit.start("process_data", Cockpit.long)
            try await terminal.type("p")
            try await terminal.waitForText("‖ paused", "process_data is paused")
            #expect(try await cockpit.state(of: task.id) == .paused)
            try await cockpit.control(task.id, "resume")
            try await terminal.waitForText("● running")
            try await cockpit.control(task.id, "pause")
            try await terminal.waitForText("‖ paused")
            try await terminal.type("r")
            try await terminal.waitForText("● running", "process_data is running")
            #expect(try await cockpit.state(of: task.id) == .running)
            try await terminal.type("t")
            try await cockpit.confirm("Terminate this task?")
            try await terminal.waitForText("■ terminated", "is terminated, by http in")
            #expect(try await cockpit.state(of: task.id) == .terminated)
            try await terminal.type("p")
            try await terminal.waitForText("…\(task.id.description.suffix(6)) has already ended: it is terminated")

            let second = try await cockpit.start("cpu_intensive", #"{"complexity":1000000000000}"#)
            try await terminal.press("Home")
            try await terminal.type("K")
            try await terminal.waitForText("Kill this task?", "[ Kill ]", "pid \(second.pid ?? 0)")
            try await terminal.type("y")
            try await terminal.waitForText("† killed")
            #expect(try await cockpit.state(of: second.id) == .killed)
            try await cockpit.quitWithoutTasks()
        }
    }

    @Test("a task of each type is started with the form, shown in detail, and found; the help shows the keys")
    func newcomer() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            // The form begins with `command`, the last type, and then with the type of the last task.
            for type in ["process_data", "generate_report", "cpu_intensive"] {
                try await terminal.type("n")
                try await terminal.waitForText("New task", "[ Start ]")
                try await terminal.press("Right")
                // A debug build needs minutes for the suggested value.
                if type == "cpu_intensive" {
                    try await terminal.press("Tab", "C-u")
                    try await terminal.type("1000000")
                }
                try await terminal.press("Enter")
                try await terminal.waitForText("\(type) was started")
            }
            try await terminal.waitForText("✓ 3 completed")
            try await terminal.press("Enter")
            try await terminal.waitForText("Result", "sum:", "the task is completed")
            try await terminal.press("Escape")
            try await terminal.type("n")
            try await terminal.press("Right", "Right", "Tab", "C-u")
            try await terminal.type("nonsense")
            try await terminal.press("Enter")
            try await terminal.waitForText("✗ items is not JSON")
            try await terminal.press("Tab", "C-u")
            try await terminal.press("BTab", "C-u", "Tab")
            try await terminal.type("-1")
            try await terminal.press("Enter")
            try await terminal.waitForText("✗ delay must be between 0 and 86400, not -1")
            try await terminal.press("Escape")
            try await terminal.type("?")
            try await terminal.waitForText("help", "grace period")
            try await terminal.press("Escape")
            try await terminal.type("/cpu")
            try await terminal.waitForText("1 of 3 tasks")
            try await terminal.press("Escape")
            try await terminal.type("l")
            try await terminal.waitForScreen("the log in full height") {
                !$0.contains("PROGRESS") && $0.contains("─ log ─")
            }
            try await terminal.type("lq")
            try await cockpit.expectCleanShell()
        }
    }

    @Test("every size of the window is drawn, the smallest included")
    func resizing() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            let task = try await cockpit.start("process_data", Cockpit.long)
            for (width, height) in [(60, 16), (200, 50), (40, 10), (20, 5)] {
                try await terminal.resize(width, height)
                try await terminal.waitForScreen("\(width)x\(height)") { screen in
                    let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
                    return lines.count == height && lines[0].hasPrefix(" taskdeck")
                        && lines[height - 1].contains("q quit")
                        && screen.contains("● running")
                }
            }
            try await terminal.resize(12, 3)
            try await terminal.waitForText("too small:")
            try await terminal.resize(120, 36)
            try await terminal.waitForText("…\(task.id.description.suffix(6)) process_data", "ENDED")
            try await terminal.type("q")
            try await terminal.waitForText("1 task will be ended", "[ Cancel ]")
            try await terminal.press("C-c")
            try await cockpit.expectCleanShell()
        }
    }

    @Test(
        "the terminal is restored after a signal, with exit code 0",
        arguments: ["TERM", "INT", "HUP"])
    func signals(name: String) async throws {
        try await Cockpit.run { cockpit in
            let task = try await cockpit.start("process_data", Cockpit.long)
            ProcessWatch.send(name == "TERM" ? .terminate : name == "INT" ? .interrupt : .hangUp, to: cockpit.pid)
            try await cockpit.expectCleanShell()
            #expect(try await ProcessWatch.ends(try #require(task.pid), within: .seconds(30)))
        }
    }

    @Test(
        "the terminal is restored after a crash, in whatever thread",
        .disabled(if: getenv("TSAN_OPTIONS") != nil, "the thread sanitizer delays such signals"),
        arguments: [UnixSignal.segmentationFault, .abort])
    func crash(signal: UnixSignal) async throws {
        try await Cockpit.run(environment: ["SWIFT_BACKTRACE": "enable=no"]) { cockpit in
            let task = try await cockpit.start("process_data", Cockpit.long)
            ProcessWatch.send(signal, to: cockpit.pid)
            try await cockpit.expectCleanShell(endedWith: nil)
            #expect(try await ProcessWatch.ends(try #require(task.pid), within: .seconds(30)))
        }
    }

    @Test(
        "without a usable terminal it runs headless, and logs why",
        arguments: [
            ("TERM=dumb", "TERM is 'dumb', which cannot be drawn on"),
            ("TERM=nosuch", "TERM is 'nosuch', which is not known here ('TERM=xterm-256color"),
            ("TERM=", "TERM is not set"),
        ])
    func headless(setting: String, reason: String) async throws {
        try await TerminalSession.run { terminal in
            try await terminal.enter("\(setting) \(BuiltProducts.taskdeck) --port 0 --ephemeral; echo ended: $?")
            let screen = try await terminal.waitForText("no dashboard, since \(reason)", "listening on http")
            #expect(try await Cockpit.http(shownOn: screen).get("/health").status == 200)
            #expect(try await !terminal.modes().isAlternate)
            try await terminal.press("C-c")
            try await terminal.waitForText("ended: 0")
        }
    }

    @Test("a terminal whose description has no size, such as the Linux console, is drawn on in its real size")
    func descriptionWithoutSize() async throws {
        try await TerminalSession.run { terminal in
            try await terminal.enter("TERM=linux \(BuiltProducts.taskdeck) --port 0 --ephemeral; echo ended: $?")
            // Of 120 columns and 36 lines.
            let screen = try await terminal.waitForText("No tasks yet", "q quit")
            #expect(screen.split(separator: "\n").contains { $0.count > 100 })
            try await terminal.resize(60, 20)
            try await terminal.waitForText("No tasks yet", "q quit")
            try await terminal.type("q")
            try await terminal.waitForText("ended: 0")
        }
    }

    @Test("a screen with more lines than the terminal's description has is drawn at the right places")
    func moreLinesThanDescribed() async throws {
        try await TerminalSession.run { terminal in
            // This description has no capability for absolute moves to a line.
            try await terminal.enter("TERM=vt220 \(BuiltProducts.taskdeck) --port 0 --ephemeral; echo ended: $?")
            let screen = try await terminal.waitForText("No tasks yet", "q quit", "http://")
            let http = try Cockpit.http(shownOn: screen)
            _ = try await http.post("/tasks", #"{"task_type":"process_data","task_data":{}}"#)
            let later = try await terminal.waitForText("1 completed", "process_data completed")
            #expect(later.split(separator: "\n").first?.contains(http.base) == true)
            try await terminal.type("q")
            try await terminal.waitForText("ended: 0")
        }
    }

    @Test("no colors with NO_COLOR, and ASCII with a locale without UTF-8")
    func plain() async throws {
        try await Cockpit.run("2> /dev/null", environment: ["NO_COLOR": "1", "LANG": "C"]) { cockpit in
            _ = try await cockpit.http.post("/tasks", #"{"task_type":"process_data","task_data":\#(Cockpit.long)}"#)
            let screen = try await cockpit.terminal.waitForText("> running", "> 1 running", "- log ---")
            #expect(screen.unicodeScalars.allSatisfy { $0.isASCII })
            let colored = try await cockpit.terminal.coloredScreen()
            #expect(colored.contains("\u{1B}["))
            #expect(!colored.contains(/\[[0-9;]*(3[0-7]|38;5)[;m]/))
            try await cockpit.quit()
            try await cockpit.terminal.waitForText("ended: 0")
        }
    }

    @Test("keys pause, reorder and resume the queue, as the API shows")
    func queue() async throws {
        try await Cockpit.run("--max-running 1") { cockpit in
            let terminal = cockpit.terminal
            _ = try await cockpit.start("process_data", Cockpit.long)
            var ids: [TaskID] = []
            for _ in 0..<2 {
                let answer = try await cockpit.http.post("/tasks", #"{"task_type":"process_data","task_data":{}}"#)
                ids.append(try answer.record.id)
            }
            try await terminal.waitForText("○ queued 1", "○ queued 2")
            // The newest task is the first row.
            try await terminal.type("g+")
            try await terminal.waitForText("has priority 1")
            #expect(try await cockpit.http.get("/tasks/\(ids[1])").record.queuePosition == 1)
            try await terminal.type("H")
            try await terminal.waitForText("QUEUE HELD")
            #expect(try await cockpit.http.get("/queue").json["held"] == true)
            try await terminal.type("HGt")
            try await cockpit.confirm("Terminate this task?")
            try await terminal.waitForText("✓ 2 completed", "■ 1 terminated")
            try await terminal.type("gR")
            try await terminal.waitForText("✓ 3 completed")
            try await cockpit.quitWithoutTasks()
        }
    }

    @Test("the mouse works where the terminal has one")
    func mouse() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            // The newest task is selected, in the first row.
            let first = try await cockpit.start("process_data", Cockpit.long)
            _ = try await cockpit.start("cpu_intensive", #"{"complexity":1000000000000}"#)
            let isItsRow = { @Sendable (line: Substring) in line.contains("process_data") && line.contains("● running")
            }
            let screen = try await terminal.waitForScreen("the task that is clicked runs") { screen in
                screen.split(separator: "\n").contains(where: isItsRow)
            }
            let y = try #require(
                screen.split(separator: "\n", omittingEmptySubsequences: false).firstIndex(where: isItsRow))
            // A press in xterm's first protocol: button, column and row, each plus 32.
            try await terminal.type("\u{1B}[M \(Character(UInt8(43)))\(Character(UInt8(33 + y)))")
            try await terminal.waitForText("▸ …\(first.id.description.suffix(6))")
            try await cockpit.quit()
            try await terminal.waitForText("ended: 0")
        }
    }
}

extension Character {
    fileprivate init(_ byte: UInt8) {
        self.init(Unicode.Scalar(byte))
    }
}
