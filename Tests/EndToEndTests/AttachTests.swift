import FoundationEssentials
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("The dashboard attached to a service", .timeLimit(.minutes(15)))
struct AttachTests {
    /// A terminal with a dashboard that is attached to a service.
    private struct Attached: Sendable {
        let terminal: TerminalSession
        let service: CommandService

        /// Enters `taskdeck attach`, and returns once there is a picture.
        func attach(_ arguments: String) async throws {
            try await terminal.enter("'\(BuiltProducts.taskdeck)' attach \(arguments); echo ended: $?")
            try await terminal.waitForText("attached to ", "q leave")
        }

        func short(_ id: TaskID) -> String { "…\(id.description.suffix(6))" }

        func state(of id: TaskID) async throws -> TaskState {
            try await service.http.get("/tasks/\(id)").record.state
        }
    }

    private static func run(
        _ arguments: [String] = [], body: @Sendable (Attached) async throws -> Void
    ) async throws {
        let end = try await CommandService.run(arguments) { service in
            try await TerminalSession.run { terminal in
                try await body(Attached(terminal: terminal, service: service))
            }
        }
        #expect(end == .exited(0))
    }

    @Test("shows tasks, details, output and log as the service's own does, and acts on them")
    func cockpit() async throws {
        try await Self.run { attached in
            let (terminal, service) = (attached.terminal, attached.service)
            let printer = try await service.create(["sh", "-c", "seq 2000; echo finished; exec sleep 1000"])
            try await attached.attach("--state '\(service.state)'")
            try await terminal.waitForText("attached to unix:\(service.state)", "● running", "finished")
            // The log.
            try await terminal.waitForText("\(attached.short(printer)) command running")
            // An action, and its answer.
            try await terminal.type("p")
            try await terminal.waitForText("\(attached.short(printer)) command is paused", "‖ 1 paused")
            #expect(try await attached.state(of: printer) == .paused)
            try await terminal.type("r")
            try await terminal.waitForText("is running")
            // The output: its end, an earlier page, its beginning, and a search beyond what has been read.
            try await terminal.press("Enter")
            try await terminal.waitForText("─ output ─", "  1999\n", "  2000\n")
            try await terminal.press("F5")
            try await terminal.waitForText("  1980\n")
            try await terminal.type("/1234")
            try await terminal.press("Enter")
            try await terminal.waitForScreen("the line that was found") { screen in
                screen.split(separator: "\n").contains { $0.contains("1234") && !$0.contains("/") }
            }
            try await terminal.press("Home")
            try await terminal.waitForScreen("the first line") { screen in
                screen.split(separator: "\n").contains { $0.split(separator: " ") == ["1"] }
            }
            try await terminal.press("Escape")
            try await terminal.waitForScreen("the end of the search") { !$0.contains("search: 1234") }
            try await terminal.press("Enter")
            try await terminal.waitForText("q leave")
            // A result.
            let result = try await service.service.createTask("process_data", #"{"items":["unmistakable"],"delay":0}"#)
            try await terminal.waitForText("\(attached.short(result)) process_data completed")
            try await terminal.press("Home")
            try await terminal.waitForText("▸ \(attached.short(result))")
            try await terminal.press("Enter")
            try await terminal.waitForText("Result", "unmistakable")
            try await terminal.press("Enter")
            try await terminal.waitForText("q leave")
            try await terminal.type("q")
            try await terminal.waitForText("ended: 0")
            #expect(try await attached.state(of: printer) == .running)
        }
    }

    @Test("keeps the last picture while the service is killed and started again, and goes on by itself")
    func restart() async throws {
        try await TemporaryDirectory.run { state in
            try await TerminalSession.run { terminal in
                let killed = try await CommandService.run(at: state) { service in
                    let attached = Attached(terminal: terminal, service: service)
                    let task = try await service.create(["sleep", "1000"])
                    try await attached.attach("--state '\(state)'")
                    try await terminal.waitForText("● running", attached.short(task))
                    service.service.program.send(.kill)
                }
                #expect(killed == .signaled(9))
                try await terminal.waitForText("reconnecting, ", "● running", "sleep 1000")
                try await terminal.type("p")
                try await terminal.waitForText("nothing was paused: the service is not reached")
                try await CommandService.run(at: state) { service in
                    try await terminal.waitForScreen("the task of before has ended") { screen in
                        !screen.contains("reconnecting") && screen.contains("✗ failed") && screen.contains("sleep 1000")
                    }
                    let next = try await service.create(["sleep", "1000"])
                    try await terminal.waitForText("…\(next.description.suffix(6))", "● running")
                    try await terminal.type("q")
                    try await terminal.waitForText("ended: 0")
                }
            }
        }
    }

    @Test("is usable over a line with a delay of 200 ms and 64 kB a second, which is cut and mended")
    func slowLine() async throws {
        try await Self.run { attached in
            let (terminal, service) = (attached.terminal, attached.service)
            let task = try await service.create(["sh", "-c", "seq 100000; exec sleep 1000"])
            try await SlowLine.run(to: service.service.port, delay: .milliseconds(100), rate: 64_000) { line in
                try await attached.attach("127.0.0.1:\(line.port) --token-file '\(service.state)/token'")
                try await terminal.waitForText("● running", attached.short(task), "100000")
                try await terminal.type("p")
                // The answer, and the change that comes beside it.
                try await terminal.waitForText("command is paused", "‖ paused")
                line.cut()
                try await terminal.waitForText("reconnecting, ", "‖ paused")
                _ = try await service.control(task, .resume)
                line.mend()
                try await terminal.waitForScreen("the change of the time between") { screen in
                    !screen.contains("reconnecting") && screen.contains("● running")
                }
                try await terminal.type("q")
                try await terminal.waitForText("ended: 0")
            }
        }
    }

    @Test("without a token it shows the tasks, and says why there is no log")
    func withoutToken() async throws {
        try await Self.run { attached in
            let id = try await attached.service.service.createTask("process_data", Cockpit.long)
            try await attached.attach(attached.service.service.http.base)
            try await attached.terminal.waitForText("the service's log is not shown", attached.short(id))
            try await attached.terminal.type("K")
            try await attached.terminal.waitForText("Kill this task?", "[ Cancel ]")
            try await attached.terminal.type("y")
            try await attached.terminal.waitForText("process_data is killed")
            try await attached.terminal.type("q")
            try await attached.terminal.waitForText("ended: 0")
        }
    }

    @Test("Q ends the service, and the dashboard with it")
    func end() async throws {
        try await Self.run { attached in
            let id = try await attached.service.create(["sleep", "1000"])
            try await attached.attach("--state '\(attached.service.state)'")
            try await attached.terminal.waitForText("● running", attached.short(id))
            try await attached.terminal.type("Q")
            try await attached.terminal.waitForText("End the service?", "1 task will be ended", "[ Cancel ]")
            try await attached.terminal.type("y")
            try await attached.terminal.waitForText("has ended", "ended: 0")
            try await attached.service.service.log.line(with: "a client of the API: shutting down")
        }
    }

    @Test("taskdeck on a terminal offers it where a service runs already")
    func offer() async throws {
        try await Self.run { attached in
            let (terminal, state) = (attached.terminal, attached.service.state)
            try await terminal.enter("'\(BuiltProducts.taskdeck)' --state '\(state)'; echo ended: $?")
            try await terminal.waitForText("Show its dashboard? [Y/n]")
            try await terminal.press("Enter")
            try await terminal.waitForText("attached to unix:", "q leave")
            try await terminal.type("q")
            try await terminal.waitForText("ended: 0")
            // Until then the first question is on the screen.
            try await terminal.enter("clear; echo sec''ond")
            try await terminal.waitForText("second")
            try await terminal.enter("'\(BuiltProducts.taskdeck)' --state '\(state)'; echo ended: $?")
            try await terminal.waitForText("Show its dashboard? [Y/n]")
            try await terminal.enter("n")
            try await terminal.waitForText("is in use by process", "ended: 1")
        }
    }

    @Test("a signal ends it, and the terminal is as before")
    func signal() async throws {
        try await Self.run { attached in
            let terminal = attached.terminal
            try await attached.attach("--state '\(attached.service.state)'")
            ProcessWatch.send(.terminate, to: try await terminal.programPID())
            try await terminal.waitForText("ended: 143")
            let modes = try await terminal.modes()
            #expect(!modes.isAlternate && modes.hasCursor && !modes.hasMouse)
        }
    }

    @Test("what it cannot do is one line, and an exit code")
    func refusals() async throws {
        try await Shell.run { shell in
            let withoutTerminal = try await shell("attach")
            #expect(withoutTerminal.end == .exited(64))
            #expect(
                withoutTerminal.errors == [
                    "taskdeck: the dashboard cannot be shown: standard input is not a terminal; "
                        + "'taskdeck ls' and 'taskdeck events' need no such terminal"
                ])
            let twice = try await shell("attach", "localhost:1", "--url", "localhost:2")
            #expect(twice.end == .exited(64))
            #expect(twice.errors.first?.contains("named twice") == true)
            // A second service without a terminal asks nothing.
            let second = try await shell("--state", shell.state.string, "--port", "0")
            #expect(second.end == .exited(1))
            #expect(second.errors.contains { $0.contains("is in use by process") })
        }
        try await TerminalSession.run { terminal in
            try await terminal.enter("'\(BuiltProducts.taskdeck)' attach 127.0.0.1:1; echo ended: $?")
            try await terminal.waitForText("no service at http://127.0.0.1:1", "ended: 69")
        }
    }
}
