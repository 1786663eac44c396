import TaskModel
import TestSupport
import Testing

/// A taskdeck that a shell in a terminal has started.
struct Cockpit {
    /// The data of a `process_data` task that runs for longer than any test.
    static let long = #"{"items":[1,2,3],"delay":1000}"#

    let terminal: TerminalSession
    let http: HTTP
    let pid: Int32

    /// Runs `body` with a taskdeck that serves its API and shows its dashboard.
    static func run(
        _ arguments: String = "", environment: [String: String?] = [:],
        body: @Sendable (Cockpit) async throws -> Void
    ) async throws {
        try await TerminalSession.run(environment: environment) { terminal in
            let defaults = "--port 0 --ephemeral --max-running 0 --grace 60"
            try await terminal.enter(
                "before=$(stty -g); \(BuiltProducts.taskdeck) \(defaults) \(arguments); echo ended: $?")
            let screen = try await terminal.waitForText(" taskdeck  http://127.0.0.1:", "listening on")
            let pid = try await terminal.programPID()
            try await body(Cockpit(terminal: terminal, http: try http(shownOn: screen), pid: pid))
        }
    }

    /// A client of the service whose address is on a screen.
    static func http(shownOn screen: String) throws -> HTTP {
        HTTP(base: String(try #require(screen.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output))
    }

    /// Creates a task, and returns its record once the dashboard shows that its worker runs.
    func start(_ type: String, _ data: String) async throws -> TaskRecord {
        let id = try await http.post("/tasks", #"{"task_type":"\#(type)","task_data":\#(data)}"#).record.id
        let short = "…\(id.description.suffix(6))"
        try await terminal.waitForText("  \(short) \(type)", "● \(short) \(type) running")
        return try await http.get("/tasks/\(id)").record
    }

    /// Answers a question with yes, once it accepts an answer.
    func confirm(_ question: String) async throws {
        try await terminal.waitForText(question, "[ Cancel ]")
        try await terminal.type("y")
    }

    /// Quits while tasks are live, and confirms.
    func quit() async throws {
        try await terminal.type("q")
        try await confirm("Quit taskdeck?")
    }

    /// Quits while tasks are live, confirms, and checks that the terminal is restored.
    func quitToCleanShell() async throws {
        try await quit()
        try await expectCleanShell()
    }

    /// Quits while no task is live, which asks no question, and checks that the terminal is restored.
    func quitWithoutTasks() async throws {
        try await terminal.type("q")
        try await expectCleanShell()
    }

    func state(of id: TaskID) async throws -> TaskState {
        try await http.get("/tasks/\(id)").record.state
    }

    func control(_ id: TaskID, _ action: String) async throws {
        _ = try await http.post("/tasks/\(id)/control", #"{"action":"\#(action)"}"#)
    }

    /// Waits for the shell, and checks the exit code and that the terminal is restored.
    ///
    /// - Parameter code: `nil` for any.
    func expectCleanShell(endedWith code: Int? = 0) async throws {
        // The shell has echoed the command itself, without a number.
        try await terminal.waitForScreen("the exit code") { screen in
            screen.firstMatch(of: /ended: (\d+)/).map { match in code.map { "\($0)" == match.1 } ?? true } ?? false
        }
        try await expectModesAsBefore()
    }

    /// Checks that the terminal has the modes that it had before taskdeck was started.
    func expectModesAsBefore() async throws {
        let modes = try await terminal.modes()
        #expect(!modes.isAlternate)
        #expect(modes.hasCursor)
        #expect(!modes.hasMouse)
        // The line itself, which is echoed, must not contain what it prints.
        try await terminal.enter(#"[ "$(stty -g)" = "$before" ] && printf 'modes %s\n' same"#)
        try await terminal.waitForText("modes same")
    }
}
