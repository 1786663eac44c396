import TaskModel
import TestSupport
import Testing

/// A taskdeck that was started from a shell in a terminal.
struct Cockpit {
    /// The data of a `process_data` task that runs for longer than any test.
    static let long = #"{"items":[1,2,3],"delay":1000}"#

    let terminal: TerminalSession
    let http: HTTP
    let pid: Int32

    /// Runs `body` with a taskdeck whose API is open and whose dashboard is shown.
    static func run(
        _ arguments: String = "", environment: [String: String?] = [:],
        body: @Sendable (Cockpit) async throws -> Void
    ) async throws {
        try await TerminalSession.run(environment: environment) { terminal in
            try await terminal.enter(
                "before=$(stty -g); \(BuiltProducts.taskdeck) --port 0 --ephemeral --max-running 0 \(arguments); echo ended: $?"
            )
            let screen = try await terminal.waitForText(" taskdeck  http://127.0.0.1:", "listening on")
            let address = try #require(screen.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output
            let http = HTTP(base: String(address))
            try await body(Cockpit(terminal: terminal, http: http, pid: try await terminal.programPID()))
        }
    }

    func start(_ type: String, _ data: String) async throws -> TaskRecord {
        let id = try await http.post("/tasks", #"{"task_type":"\#(type)","task_data":\#(data)}"#).record.id
        let short = "…\(id.description.suffix(6))"
        try await terminal.waitForText("  \(short) \(type)", "● \(short) \(type) running")
        return try await http.get("/tasks/\(id)").record
    }

    /// Answers the question that has the screen with yes, once it can be answered.
    func confirm(_ question: String) async throws {
        try await terminal.waitForText(question, "[ Cancel ]")
        try await terminal.type("y")
    }

    /// Quits and confirms.
    func quit() async throws {
        try await terminal.type("q")
        try await confirm("Quit taskdeck?")
    }

    /// Quits, confirms, and checks that the terminal is restored.
    func quitToCleanShell() async throws {
        try await quit()
        try await Self.expectCleanShell(terminal)
    }

    func state(of id: TaskID) async throws -> TaskState {
        try await http.get("/tasks/\(id)").record.state
    }

    func control(_ id: TaskID, _ action: String) async throws {
        _ = try await http.post("/tasks/\(id)/control", #"{"action":"\#(action)"}"#)
    }

    /// Waits for the shell and checks that the terminal is as a shell wants it.
    static func expectCleanShell(_ terminal: TerminalSession, endedWith code: Int? = 0) async throws {
        // Not the command itself, which the shell has echoed.
        try await terminal.waitForScreen("the exit code") { screen in
            screen.firstMatch(of: /ended: (\d+)/).map { match in code.map { "\($0)" == match.1 } ?? true } ?? false
        }
        try await expectModesAsBefore(terminal)
    }

    static func expectModesAsBefore(_ terminal: TerminalSession) async throws {
        let modes = try await terminal.modes()
        #expect(!modes.isAlternate)
        #expect(modes.hasCursor)
        #expect(!modes.hasMouse)
        // Written so that the line itself does not hold what it prints.
        try await terminal.enter(#"[ "$(stty -g)" = "$before" ] && printf 'modes %s\n' same"#)
        try await terminal.waitForText("modes same")
    }
}
