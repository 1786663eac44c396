import TaskModel
import TestSupport
import Testing

@Suite("The cockpit in a real terminal", .timeLimit(.minutes(15)))
struct CockpitTests {
    @Test("a wide screen has the selected task beside the table, and shows a worker that is stopped")
    func wide() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            let task = try await cockpit.start("process_data", Cockpit.long)
            try await terminal.resize(149, 40)
            try await terminal.waitForScreen("no task beside the table") { screen in
                screen.contains("ENDED") && !screen.contains("Output")
            }
            try await terminal.resize(150, 40)
            try await terminal.waitForText("…\(task.id.description.suffix(6)) process_data ● running ─", "Output")
            let pid = try #require(task.pid)
            try ProcessWatch.freeze(pid)
            try await terminal.waitForText("? not answering", "1 not answering", "stopped by a signal")
            ProcessWatch.send(.resume, to: pid)
            try await terminal.waitForScreen("the worker answers again") { screen in
                screen.contains("● running") && !screen.contains("? not answering")
            }
            try await cockpit.quitToCleanShell()
        }
    }

    @Test("a task that the filter hides is named in the question, and keys do nothing to it in the log")
    func hidden() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            let task = try await cockpit.start("process_data", Cockpit.long)
            try await terminal.type(" /nothing")
            try await terminal.press("Enter")
            try await terminal.waitForText("hidden by the filter")
            try await terminal.type("t")
            try await terminal.waitForText(
                "Terminate this task?", "…\(task.id.description.suffix(6))", "hidden", "[ Cancel ]")
            try await terminal.press("Enter")
            try await terminal.press("Tab")
            try await terminal.type("K")
            try await terminal.waitForText("K works in the table; Tab goes there")
            #expect(try await cockpit.state(of: task.id) == .running)
            try await cockpit.quitToCleanShell()
        }
    }
}
