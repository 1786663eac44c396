import FoundationEssentials
import Glibc
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("A real terminal that is suspended, stalls and answers", .timeLimit(.minutes(15)))
struct TerminalTests {
    @Test("Ctrl-Z stops taskdeck, fg continues it, and workers run meanwhile")
    func suspending() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            let task = try await cockpit.start("process_data", Cockpit.long)
            try await terminal.press("C-z")
            try await terminal.waitForText("Stopped", "taskdeck is stopped, and its API with it")
            let modes = try await terminal.modes()
            #expect(!modes.isAlternate)
            #expect(modes.hasCursor)
            #expect(ProcessWatch.exists(try #require(task.pid)))
            try await terminal.resize(100, 30)
            try await terminal.enter("clear; fg")
            try await terminal.waitForText(" taskdeck  http", "● running")
            #expect(try await terminal.modes().isAlternate)
            #expect(try await cockpit.state(of: task.id) == .running)
            try await cockpit.quit()
            try await terminal.waitForText("ready>")
            #expect(try await !terminal.modes().isAlternate)
        }
    }

    @Test(
        "bg continues without the dashboard, fg shows it again, and a signal ends the service either way",
        arguments: [true, false])
    func background(endsThere: Bool) async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            let task = try await cockpit.start("process_data", Cockpit.long)
            try await terminal.press("C-z")
            try await terminal.waitForText("Stopped")
            try await terminal.enter("clear; bg; printf '%s is usable\\n' shell")
            try await terminal.waitForText("shell is usable")
            #expect(try await cockpit.state(of: task.id) == .running)
            #expect(try await !terminal.modes().isAlternate)
            if endsThere {
                ProcessWatch.send(.terminate, to: cockpit.pid)
            } else {
                try await terminal.enter("fg")
                try await terminal.waitForText(" taskdeck  http", "● running")
                try await terminal.type("p")
                try await terminal.waitForText("‖ paused")
                try await cockpit.quit()
            }
            #expect(try await ProcessWatch.ends(cockpit.pid, within: .seconds(30)))
            try await cockpit.expectModesAsBefore()
        }
    }

    @Test("function keys work, and Ctrl-S stops no output")
    func functionKeys() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            try await terminal.press("F1")
            try await terminal.waitForText("─ help ─", "Ctrl-Space")
            try await terminal.press("Escape", "F6")
            try await terminal.waitForText("Sort by")
            // The terminal's driver would handle this key itself.
            try await terminal.press("Escape", "C-s")
            _ = try await cockpit.start("process_data", Cockpit.long)
            try await terminal.press("Escape", "F10")
            try await terminal.waitForText("Quit taskdeck?")
        }
    }

    @Test("started in the background, it runs headless, and logs why")
    func ampersand() async throws {
        try await TerminalSession.run { terminal in
            try await terminal.enter("\(BuiltProducts.taskdeck) --port 0 --ephemeral &")
            let screen = try await terminal.waitForText(
                "no dashboard, since taskdeck was started in the background of its terminal", "listening on http")
            #expect(try await Cockpit.http(shownOn: screen).get("/health").status == 200)
            try await terminal.enter("kill %1; wait %1; echo ended: $?")
            try await terminal.waitForText("ended: 0")
        }
    }

    @Test("stopped, continued and then stalled, the terminal is restored at the end")
    func stalledAfterSuspending() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            try await terminal.resize(300, 100)
            _ = try await cockpit.start("process_data", Cockpit.long)
            try await terminal.press("C-z")
            try await terminal.waitForText("Stopped")
            try await terminal.enter("clear; fg")
            try await terminal.waitForText(" taskdeck  http", "● running")
            let server = try await terminal.serverPID()
            try ProcessWatch.freeze(server)
            for _ in 0..<100 { _ = try await cockpit.http.post("/tasks", #"{"task_type":"process_data"}"#) }
            ProcessWatch.send(.terminate, to: cockpit.pid)
            #expect(try await ProcessWatch.ends(cockpit.pid, within: .seconds(30)))
            ProcessWatch.send(.resume, to: server)
            try await terminal.enter("echo back: $?")
            try await terminal.waitForText("back: 0")
            try await cockpit.expectModesAsBefore()
        }
    }

    @Test("a terminal that stalls delays neither the service nor its end")
    func stalled() async throws {
        try await Cockpit.run { cockpit in
            let server = try await cockpit.terminal.serverPID()
            try ProcessWatch.freeze(server)
            // More than any pipe or terminal buffers.
            for _ in 0..<60 { _ = try await cockpit.http.post("/tasks", #"{"task_type":"process_data"}"#) }
            #expect(try await cockpit.http.get("/health").status == 200)
            ProcessWatch.send(.terminate, to: cockpit.pid)
            #expect(try await ProcessWatch.ends(cockpit.pid, within: .seconds(30)))
            ProcessWatch.send(.resume, to: server)
            try await cockpit.terminal.waitForText("ended: 0")
        }
    }

    @Test("a terminal's replies are not keys, in one piece or in several")
    func answers() async throws {
        // Pieces may be far apart on a busy machine.
        try await Cockpit.run(environment: ["ESCDELAY": "60000"]) { cockpit in
            let terminal = cockpit.terminal
            let task = try await cockpit.start("process_data", Cockpit.long)
            for piece in [
                "\u{1B}P>|tmux 3.5a\u{1B}\\", "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\", "\u{1B}[8;24", ";80t", "\u{1B}",
                "P1$r0mt\u{1B}\\", "\u{1B}[200", "~Kyt\u{1B}[20", "1~",
            ] { try await terminal.type(piece) }
            try await terminal.waitForText("pasted text has no place here")
            try await terminal.type("p")
            try await terminal.waitForText("‖ paused")
            #expect(try await cockpit.state(of: task.id) == .paused)
            #expect(try await cockpit.http.get("/tasks").list.total == 1)
            try await cockpit.quitToCleanShell()
        }
    }

    @Test("keys that were typed ahead, more than a terminal delivers at once, answer no question")
    func typedAhead() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            let task = try await cockpit.start("process_data", Cockpit.long)
            try await terminal.type("K" + String(repeating: "z", count: 12_000) + "y")
            try await terminal.waitForText("Kill this task?", "[ Kill ]")
            #expect(try await cockpit.state(of: task.id) == .running)
            try await terminal.type("y")
            try await terminal.waitForText("† killed")
            try await cockpit.quitWithoutTasks()
        }
    }

    @Test("no size of a terminal is too large or too small")
    func hugeSizes() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            // The shell has it as its controlling terminal, so it does not become that of this process.
            let tty = try FileDescriptor.open(FilePath(try await terminal.device()), .readWrite)
            defer { try? tty.close() }
            for (columns, rows) in [(80, .max), (.max, 24), (1, 1), (.max, .max)] as [(UInt16, UInt16)] {
                var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
                #expect(ioctl(tty.rawValue, UInt(TIOCSWINSZ), &size) == 0)
                try await terminal.press("C-l")
                #expect(try await cockpit.http.get("/health").status == 200)
            }
            try await terminal.type("q")
            try await terminal.waitForText("ended: 0")
        }
    }

    @Test("the last line on standard error is logged, also without a line feed")
    func lastLine() async throws {
        try await TemporaryDirectory.run { file in
            try await Cockpit.run("--log-file \(file)") { cockpit in
                let error = try FileDescriptor.open("/proc/\(cockpit.pid)/fd/2", .writeOnly)
                _ = try error.closeAfter { try error.writeAll("a line\nlast words".utf8) }
                try await cockpit.terminal.waitForText("standard error: a line")
                try await cockpit.quitWithoutTasks()
            }
            let log = try String(contentsOfFile: file.string, encoding: .utf8)
            #expect(log.contains("standard error: last words"))
        }
    }
}
