import FoundationEssentials
import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Copying and keeping from a real terminal", .timeLimit(.minutes(15)))
struct CopyTests {
    @Test("y and i put the id into tmux's buffer")
    func copy() async throws {
        try await Cockpit.run { cockpit in
            let terminal = cockpit.terminal
            try await terminal.acceptClipboard()
            let id = try await cockpit.http.post(
                "/tasks", #"{"task_type":"process_data","task_data":\#(Cockpit.long)}"#
            ).record.id
            try await terminal.waitForText("\(id.description.suffix(6)) process_data", "● running")
            try await terminal.type("y")
            try await terminal.waitForText("─ Copy ─")
            try await terminal.type("i")
            try await terminal.waitForText("sent to the terminal; needs tmux 'set-clipboard on'")
            #expect(try await terminal.clipboard() == id.description)
        }
    }

    @Test("Ctrl-S writes a result to the file that is named, once")
    func save() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: false)
            try await Cockpit.run { cockpit in
                let terminal = cockpit.terminal
                let id = try await cockpit.http.post("/tasks", #"{"task_type":"process_data","task_data":{"delay":0}}"#)
                    .record.id
                try await terminal.waitForText("✓ completed")
                let path = "\(directory)/r.json"
                for result in ["written to ", "a file of this name exists already"] {
                    try await terminal.press("Home", "C-s")
                    try await terminal.waitForText("a new file; Enter writes it")
                    try await terminal.press("C-u")
                    try await terminal.type(path)
                    try await terminal.press("Enter")
                    try await terminal.waitForText(result)
                }
                let saved = try JSONParser.parse(Array(String(contentsOfFile: path, encoding: .utf8).utf8))
                #expect(try await cockpit.http.get("/tasks/\(id)").record.result?.value == saved)
            }
        }
    }
}
