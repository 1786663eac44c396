import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Verbs on a real terminal", .timeLimit(.minutes(15)))
struct ShellTerminalTests {
    /// Runs `body` with a terminal in which `taskdeck` is the program, on a service.
    private static func run(
        environment: [String: String?] = [:], body: @Sendable (Shell, TerminalSession) async throws -> Void
    ) async throws {
        try await Shell.run { shell in
            let own: [String: String?] = ["TASKDECK_URL": shell.socket, "COLUMNS": nil, "TZ": "UTC"]
            try await TerminalSession.run(environment: own.merging(environment) { $1 }) { terminal in
                try await terminal.enter("taskdeck() { '\(BuiltProducts.taskdeck)' \"$@\"; }; clear")
                try await body(shell, terminal)
            }
        }
    }

    @Test("a list fits the terminal, and nothing in it controls the terminal")
    func list() async throws {
        try await Self.run { shell, terminal in
            let name = #""evil \u001b]0;title\u0007\u001b[2J\u009b1m 東京""#
            let body = #"{"task_type":"process_data","task_data":{"items":[1],"delay":1000},"name":\#(name)}"#
            let id = try await shell.service.http.post("/tasks", body).record.id
            try await shell.service.log.line(with: "\(id) process_data running")
            try await terminal.resize(80, 20)
            try await terminal.enter("clear; taskdeck ls; echo end")
            let screen = try await terminal.waitForText("ID      STATE", "\(id.description.suffix(6))  running", "end")
            #expect(!screen.contains(id.description))
            try await terminal.enter("clear; taskdeck show \(id.description.suffix(6))")
            try await terminal.waitForText("\(id)  process_data  running", "東京")
        }
    }

    @Test("colors are there, and not with NO_COLOR", arguments: [nil, "1"] as [String?])
    func colors(noColor: String?) async throws {
        try await Self.run(environment: ["NO_COLOR": noColor]) { shell, terminal in
            let task = try await shell.service.startTask("process_data", #"{"items":[1],"delay":1000}"#)
            try await terminal.enter("clear; taskdeck ls; echo end")
            try await terminal.waitForText("\(task.id.description.suffix(6))  running", "end")
            #expect(try await terminal.coloredScreen().contains("\u{1B}[36mrunning") == (noColor == nil))
        }
    }

    @Test("run shows colors and the last state of lines, and no control characters")
    func output() async throws {
        try await Self.run { _, terminal in
            try await terminal.enter(
                #"clear; taskdeck run -- printf '10%%\r20%%\r30%%\n\033[32mgreen\033[0m\033]0;x\007\033[5Aup\n'; echo "end $?""#
            )
            let screen = try await terminal.waitForText("30%", "greenup", "end 0")
            #expect(!screen.contains("20%\n"))
            #expect(try await terminal.coloredScreen().contains("\u{1B}[32mgreen"))
        }
    }

    @Test("the progress of a task is a bar at the bottom, which goes with the task")
    func progress() async throws {
        try await Self.run { shell, terminal in
            try await terminal.enter("clear; taskdeck add --follow -t process_data -f 'items=[1,2]' -f delay=1000")
            try await terminal.waitForText("[------------------------] 0 %  item 1 of 2")
            try await terminal.press("C-c")
            try await terminal.waitForText("Ctrl-C again kills it", "was terminated")
            try await terminal.enter("echo end $?")
            #expect(try await !terminal.waitForText("end 143").contains("[-----"))
        }
    }

    @Test("a watched list changes with the tasks")
    func watch() async throws {
        try await Self.run { shell, terminal in
            try await terminal.enter("clear; taskdeck ls --watch")
            try await terminal.waitForText("ID  STATE")
            let task = try await shell.service.startTask("process_data", #"{"items":[1],"delay":1000}"#)
            try await terminal.waitForText("\(task.id.description.suffix(6))  running")
            _ = try await shell("stop", "\(task.id)")
            let screen = try await terminal.waitForText("\(task.id.description.suffix(6))  terminated")
            #expect(!screen.contains("running"))
            // As wide and as high as the terminal is now, and once.
            try await terminal.resize(40, 12)
            try await terminal.waitForScreen("the narrow table, alone") { screen in
                let lines = screen.split(separator: "\n")
                return lines.first?.hasPrefix("ID  ") == true && lines.count { $0.contains("terminated") } == 1
                    && lines.allSatisfy { $0.count <= 40 }
            }
            try await terminal.resize(120, 36)
            try await terminal.waitForText("\(task.id.description.suffix(6))  terminated", "process_data")
            try await terminal.press("C-c")
            try await terminal.enter("echo end $?")
            try await terminal.waitForText("end 130")
        }
    }
}
