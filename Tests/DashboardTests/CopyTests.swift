import JSON
import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("Copying and saving")
struct CopyTests {
    /// Three tasks: one running, one failed, and the selected one with a result.
    private static func three(
        _ clipboard: Clipboard = .direct, result: JSONText = ["processed": 4]
    ) -> DashboardScript {
        var script = DashboardScript(capabilities: Capabilities(clipboard: clipboard))
        var failed = DashboardScript.record(2, "process_data", .failed)
        failed.error = "it broke"
        var done = DashboardScript.record(3, "generate_report", .completed, done: 4)
        done.data = ["title": "it's \"new\" $HOME"]
        done.options.priority = 5
        done.name = "Q4"
        done.result = result
        script.add(DashboardScript.record(1), failed, done)
        script.log(.warning, "\(failed.id) process_data failed: it broke")
        script.commands = []
        return script
    }

    @Test(
        "y and a letter copy",
        arguments: [
            ("yi", ["copy \(DashboardScript.id(3))"]), ("yr", ["copy {\"processed\":4}"]), ("ye", []),
            ("jye", ["copy it broke"]), ("jyr", []), ("jjye", []), ("yq", []), ("y⎋i", []), ("yy", []),
            ("y⏎", ["copy \(DashboardScript.id(3))"]),
            ("⏎yi", ["detail 03", "follow 03", "copy \(DashboardScript.id(3))"]),
            ("yl", ["copy 2026-11-24T07:12:34.000Z warning  \(DashboardScript.id(2)) process_data failed: it broke"]),
            ("⇥yi", ["copy \(DashboardScript.id(2))"]), ("⇥ye", ["copy it broke"]),
            ("⏎yl", ["detail 03", "follow 03"]),
            (" jyi", ["copy \(DashboardScript.id(3))"]),
            (
                "  yi", ["copy \(DashboardScript.id(2))\n\(DashboardScript.id(3))"]
            ), ("  yr", []),
            (
                "yc",
                [
                    "copy curl --json '{\"name\":\"Q4\",\"priority\":5,\"task_data\":{\"title\":\"it'\\''s \\\"new\\\" $HOME\"},"
                        + "\"task_type\":\"generate_report\"}' http://127.0.0.1:8000/tasks"
                ]
            ),
        ])
    func copying(keys: String, commands: [String]) {
        var script = Self.three()
        script.keys(keys)
        #expect(script.commands.map(\.name) == commands)
    }

    @Test("the menu offers only what can be copied, and a click copies, too")
    func offering() {
        var script = Self.three()
        script.keys("y")
        #expect(!script.screen.contains("error of"))
        script.click(on: "result of")
        #expect(script.commands.map(\.name) == ["copy {\"processed\":4}"])
        #expect(script.message == "result of …P00003 sent to the terminal's clipboard")
        var empty = DashboardScript()
        empty.keys("y")
        #expect(empty.message == "there is nothing to copy")
        #expect(empty.model.overlays.isEmpty)
    }

    @Test("the copied line is the one that the search found")
    func foundLine() {
        var script = Self.three()
        script.log(.info, "another")
        script.keys("⇥/broke⏎yl")
        #expect(script.commands.first?.name.hasSuffix("failed: it broke") == true)
    }

    @Test("if the service needs a token, the command sends it without containing it")
    func token() {
        var script = Self.three()
        script.send(.listening("http://[::1]:8000", needsToken: true))
        script.keys("yc")
        let command = script.commands.first?.name ?? ""
        #expect(command.hasPrefix("copy curl -H \"Authorization: Bearer $TASKDECK_TOKEN\" --json '{"))
        #expect(command.hasSuffix("}' http://[::1]:8000/tasks"))
        var empty = DashboardScript(Size(width: 80, height: 24))
        empty.send(.listening("http://127.0.0.1:8000", needsToken: true))
        #expect(empty.screen.contains("localhost:8000/tasks \\\n    -H \"Authorization: Bearer $TASKDECK_TOKEN\""))
    }

    @Test("a command has no characters that a terminal interprets, and submits the same task")
    func typeable() throws {
        let text = "\u{7F}\u{85}\u{9B}31m\u{200E}\u{2028}\u{202E}\u{FEFF}\u{0}\t\nü日😀'\\"
        let draft = TaskDraft(members: ["task_data": .object(["text": .string(text)])])
        let command = ShellCommand.curl(draft, to: "")
        let invisible = command.unicodeScalars.filter {
            $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.properties.generalCategory == .format
                || $0.properties.generalCategory == .lineSeparator
        }
        #expect(invisible.isEmpty)
        #expect(command.contains("ü日😀"))
        let body = command.dropFirst("curl --json '".count).dropLast("' /tasks".count)
            .split(separator: "'\\''", omittingEmptySubsequences: false).joined(separator: "'")
        #expect(try JSONParser.parse(Array(body.utf8)) == .object(draft.members))
    }

    @Test("a result that is a string is copied as text")
    func text() {
        var script = Self.three(result: "# Report\nline")
        script.keys("yr")
        #expect(script.commands.map(\.name) == ["copy # Report\nline"])
    }

    @Test(
        "a text beyond the base64 limit is not sent",
        arguments: [(56_244, true), (56_245, false), (1_000_000, false)])
    func limit(count: Int, isSent: Bool) {
        var script = Self.three(result: JSONText(.string(String(repeating: "x", count: count))))
        script.keys("yr")
        #expect(script.commands.isEmpty != isSent)
        #expect(script.message?.contains("Ctrl-S") == !isSent)
    }

    @Test("the message about a command that is too long does not offer a file")
    func longCommand() {
        var script = Self.three()
        var record = DashboardScript.record(4)
        record.data = ["text": .string(String(repeating: "x", count: 60_000))]
        script.add(record)
        script.keys("gyc")
        #expect(script.commands.isEmpty)
        #expect(
            script.message == "too long for a clipboard: curl command of …P00004, 59K; d duplicates the task")
    }

    @Test("messages warn about terminals that may not, or cannot, copy")
    func terminals() {
        var script = Self.three(.through(.tmux))
        script.keys("yi")
        #expect(script.commands.count == 1)
        #expect(
            script.message
                == "id of …P00003 sent to the terminal; needs tmux 'set-clipboard on', or Ctrl-S for a file")
        script = Self.three(.unavailable(reason: "the Linux console has no clipboard"))
        script.keys("yi")
        #expect(script.commands.isEmpty)
        #expect(script.message == "nothing was copied: the Linux console has no clipboard")
        script.keys("yr")
        #expect(
            script.message == "nothing was copied: the Linux console has no clipboard; Ctrl-S writes it to a file")
    }

    @Test("Ctrl-S asks for a name and writes the result; the prompt stays until the file is written")
    func saving() {
        var script = Self.three()
        script.press(.control("s"), .enter, .enter)
        #expect(script.commands.map(\.name) == ["save generate_report-P00003.json"])
        script.send(.saved(path: "generate_report-P00003.json", .failure(SaveError(reason: "it exists already"))))
        #expect(script.screen.contains("it exists already"))
        script.keys("2")
        script.press(.enter)
        #expect(script.commands.last?.name == "save generate_report-P00003.json2")
        script.send(.saved(path: "generate_report-P00003.json2", .success(15_000)))
        #expect(script.model.overlays.isEmpty)
        #expect(script.message == "written to generate_report-P00003.json2: 15K")
    }

    @Test("the output of a program is copied and saved, of one stream if only that is shown")
    func output() {
        var output = ScriptedOutput("one", "two", "three")
        output.append(["\u{1B}[31mfour\u{1B}[0m"], .standardError)
        var script = DashboardScript.program(output)
        let id = DashboardScript.id(1)
        func commands(_ keys: String) -> [String] {
            script.commands = []
            script.keys(keys)
            defer { script.press(.escape) }
            return script.commands.map(\.name).filter { $0.hasPrefix("copy") || $0.hasPrefix("save") }
        }
        #expect(commands("yo") == ["copy output 01"])
        #expect(commands("yl") == [])
        script.send(.outputCopied(id, .success(OutputText("one\ntwo\n"))))
        #expect(script.commands.last?.name == "copy one\ntwo\n")
        script.press(.control("s"), .enter)
        #expect(script.commands.last?.name == "save command-P00001.log")
        script.press(.escape)
        script.keys("⇥")
        #expect(commands("yl") == ["copy four"])
        script.keys("⇥/two⏎")
        #expect(commands("yl") == ["copy two"])
        script.keys("e")
        script.answer(output)
        #expect(commands("yo") == ["copy output 01 standardOutput"])
        script.keys("⇥")
        script.press(.control("s"), .enter)
        guard case .save(.output(id, .standardOutput), "command-P00001.log")? = script.commands.last else {
            Issue.record("the output was not saved")
            return
        }
    }

    @Test("an output that is too long or cannot be read is not copied, and the message says so")
    func uncopiedOutput() {
        var script = DashboardScript.program(ScriptedOutput("one"))
        let id = DashboardScript.id(1)
        var text = OutputText(limit: 10)
        text.append(ScriptedOutput("0123456789").lines)
        script.commands = []
        script.send(.outputCopied(id, .success(text)))
        #expect(script.message == "too long for a clipboard: output of …P00001; Ctrl-S writes it to a file")
        script.send(.outputCopied(id, .success(nil)))
        #expect(script.message == "…P00001 has no output")
        script.send(.outputCopied(id, .failure(.storageUnavailable(reason: "no disk"))))
        #expect(script.message?.hasPrefix("nothing was copied: ") == true)
        #expect(script.commands.isEmpty)
    }

    @Test("a result after the prompt was closed is shown as a message")
    func lateAnswer() {
        var script = Self.three()
        script.press(.control("s"), .enter, .escape)
        script.send(.saved(path: "x", .failure(SaveError(reason: "no space is left"))))
        #expect(script.message == "x was not written: no space is left")
        #expect(script.model.overlays.isEmpty)
    }

    @Test("saving needs a name, and a task with a result")
    func refusing() {
        var script = Self.three()
        script.press(.control("s"), .control("u"), .enter)
        #expect(script.screen.contains("a name is missing"))
        script.press(.escape, .down, .control("s"))
        #expect(script.message == "…P00002 has no result: it is failed")
        script.press(.down, .control("s"))
        #expect(script.message == "…P00001 has no result: it has not ended")
        script.keys("AU  ")
        script.press(.up, .up)
        #expect(script.commands.isEmpty)
    }

    @Test("the focused log is written as it is shown")
    func savingLog() {
        var script = Self.three()
        script.log(.info, "another")
        script.keys("⇥&broke⏎")
        script.press(.control("s"), .enter)
        guard case .save(.text(let text), let path)? = script.commands.last else {
            Issue.record("nothing was saved")
            return
        }
        #expect(path == "taskdeck.log")
        #expect(
            text == "2026-11-24T07:12:34.000Z warning  \(DashboardScript.id(2)) process_data failed: it broke\n")
    }

    @Test(
        "quoted text is one word to a shell",
        arguments: [("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("''", "''\\'''\\'''"), ("$x`\\", "'$x`\\'")])
    func quoting(text: String, quoted: String) {
        #expect(ShellCommand.quoted(text) == quoted)
    }
}
