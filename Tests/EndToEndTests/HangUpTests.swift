import FoundationEssentials
import GRDB
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Loss of the terminal", .timeLimit(.minutes(15)))
struct HangUpTests {
    private static let long = #"{"items":[1,2,3],"delay":1000}"#

    /// What the service shows when it loses its terminal.
    enum Activity: CaseIterable, CustomTestStringConvertible {
        case idle, starting, running, paused, stopping, queued, asking, quitting, stopped

        var testDescription: String { "\(self)" }
    }

    @Test(
        "The loss of the terminal makes the service end its tasks, store their ends, and exit with 0",
        arguments: Activity.allCases)
    func hangUp(activity: Activity) async throws {
        try await TemporaryDirectory.run { path in
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
            let silent = path.appending("silent")
            try "#!/bin/sh\nexec sleep 1000\n".write(toFile: silent.string, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: silent.string)
            let worker = activity == .starting ? "--worker \(silent)" : ""
            // One that does not answer is killed after it.
            let grace = activity == .starting || activity == .stopping ? 1 : 60
            let status = path.appending("status")
            let ended = try await run(
                "trap : HUP; \(BuiltProducts.taskdeck) --port 0 --grace \(grace) --max-running 1 --state \(path)/state "
                    + "\(worker); echo $? > \(status)"
            ) { terminal, http, pid in
                try await prepare(activity, terminal, http, pid)
            }
            #expect(ended)
            #expect(try String(contentsOfFile: status.string, encoding: .utf8) == "0\n")
            let statuses = try await DatabaseQueue(path: "\(path)/state/tasks.sqlite").read { db in
                try String.fetchAll(db, sql: "SELECT status FROM task ORDER BY id")
            }
            switch activity {
            case .idle, .stopped: #expect(statuses.isEmpty)
            case .starting: #expect(["killed", "terminated", "failed"].contains(statuses.first))
            case .running, .paused, .asking, .quitting: #expect(statuses == ["terminated"])
            case .stopping: #expect(statuses == ["killed"])
            case .queued: #expect(statuses == ["terminated", "queued"])
            }
        }
    }

    private func prepare(_ activity: Activity, _ terminal: TerminalSession, _ http: HTTP, _ pid: Int32) async throws {
        if activity == .stopped { try ProcessWatch.freeze(pid) }
        if activity == .stopped || activity == .idle { return }
        let id = try await http.post("/tasks", #"{"task_type":"process_data","task_data":\#(Self.long)}"#).record.id
        // In the table: the log may show it first, and without tasks the service ends at once.
        let short = "…\(id.description.suffix(6))"
        try await terminal.waitForText(activity == .starting ? "◌ starting" : "● running", short)
        switch activity {
        case .paused: _ = try await http.post("/tasks/\(id)/control", #"{"action":"pause"}"#)
        case .stopping:
            try ProcessWatch.freeze(try #require(try await http.get("/tasks/\(id)").record.pid))
            try await terminal.type("t")
            try await terminal.waitForText("[ Cancel ]")
            try await terminal.type("y")
            // On a busy machine the signal may come before the terminal is read.
            try await terminal.waitForScreen("that it is being ended") { screen in
                screen.contains("▾ stopping") || screen.contains("† killed")
            }
        case .queued:
            _ = try await http.post("/tasks", #"{"task_type":"process_data","task_data":\#(Self.long)}"#)
        case .asking:
            try await terminal.type("q")
            try await terminal.waitForText("1 task will be ended")
        case .quitting:
            try await terminal.type("q")
            try await terminal.waitForText("1 task will be ended", "[ Cancel ]")
            try await terminal.type("y")
        case .idle, .starting, .running, .stopped: break
        }
    }

    /// Runs a command that starts taskdeck in a terminal, and closes the terminal after `body`.
    ///
    /// - Returns: Whether the command has ended then, without the whole of a long grace period.
    private func run(
        _ command: String, body: @Sendable (TerminalSession, HTTP, Int32) async throws -> Void
    ) async throws -> Bool {
        var hasEnded = false
        let result = AsyncStream<Bool>.makeStream()
        try await TerminalSession.run { terminal in
            try await terminal.enter("exec bash -c '\(command)'")
            let screen = try await terminal.waitForText(" taskdeck  http://127.0.0.1:", "listening on")
            let address = try #require(screen.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output
            let pid = try await terminal.programPID()
            let shell = try #require(try ProcessWatch.parent(of: pid))
            let server = try await terminal.serverPID()
            try await body(terminal, HTTP(base: String(address)), pid)
            try await terminal.hangUp(server: server)
            // For one that is stopped, as its shell would.
            ProcessWatch.send(.resume, to: pid)
            result.continuation.yield(try await ProcessWatch.ends(shell, within: .seconds(30)))
        }
        for await value in result.stream {
            hasEnded = value
            break
        }
        return hasEnded
    }
}
