import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import Dashboard

@Suite("The last line of output in the table")
struct LastLineTests {
    /// A running program that has written a number of bytes.
    private static func program(
        _ bytes: Int, _ state: TaskState = .running, number: Int = 1, progress: Int = 0
    ) -> TaskRecord {
        var record = DashboardScript.record(number, "command", state, done: progress, of: 100)
        record.progress.step = nil
        record.title = "make all"
        record.output = ProgramOutput(bytes: bytes, lines: 1)
        return record
    }

    private static func requests(_ script: inout DashboardScript) -> Int {
        defer { script.commands = [] }
        return script.commands.count { $0.name == "line 01" }
    }

    @Test("is requested once for each amount of output, and at most once a second")
    func requests() {
        var script = DashboardScript(Size(width: 120, height: 30))
        script.add(Self.program(0))
        #expect(Self.requests(&script) == 0)
        script.add(Self.program(10))
        script.add(Self.program(20))
        #expect(Self.requests(&script) == 1)
        // Without an answer there is no other request.
        script.pass(seconds: 5)
        #expect(Self.requests(&script) == 0)
        script.send(.lastLineRead(DashboardScript.id(1), "linking"))
        #expect(script.lines[3].contains(" linking "))
        #expect(Self.requests(&script) == 1)
        script.send(.lastLineRead(DashboardScript.id(1), "linked"))
        script.add(Self.program(30))
        #expect(Self.requests(&script) == 0)
        script.pass(seconds: 1)
        #expect(Self.requests(&script) == 1)
        script.send(.lastLineRead(DashboardScript.id(1), nil))
        script.pass(seconds: 60)
        #expect(Self.requests(&script) == 0)
        #expect(script.lines[3].contains(" linked "))
    }

    @Test("gives way to a step, a reason, an error and the time left")
    func others() {
        var script = DashboardScript(Size(width: 120, height: 30))
        script.add(Self.program(10))
        script.send(.lastLineRead(DashboardScript.id(1), "linking"))
        #expect(script.lines[3].contains(" linking "))
        #expect(!script.lines[3].contains("%"))
        script.add(Self.program(10, progress: 50))
        #expect(script.lines[3].contains(" 50 % "))
        #expect(script.lines[3].contains(" ~10 s left "))
        var record = Self.program(10)
        record.progress.step = "step by descriptor"
        script.add(record)
        #expect(script.lines[3].contains(" step by descriptor "))
        record = Self.program(10)
        record.reason = .programStopped(since: DashboardScript.start)
        script.add(record)
        #expect(script.lines[3].contains(" its program was stopped"))
        record = Self.program(10, .failed)
        record.error = "exit code 3: no rule"
        script.add(record)
        #expect(script.lines[3].contains(" exit code 3: no rule "))
        script.add(Self.program(10, .completed))
        #expect(script.lines[3].contains(" linking "))
    }

    @Test("is not requested for tasks that are not on the screen, and is that of the latest attempt")
    func visible() {
        var script = DashboardScript(Size(width: 120, height: 12))
        script.send(.tasksChanged(TaskChanges(changed: (1...40).map { Self.program(10, number: $0) })))
        let shown = script.commands.count { $0.name.hasPrefix("line ") }
        #expect(shown == script.model.tasks.visible.count && shown < 12)
        script.press(.end)
        #expect(script.commands.contains { $0.name == "line 01" })
        script.send(.lastLineRead(DashboardScript.id(1), "of attempt 1"))
        #expect(script.screen.contains("of attempt 1"))
        var record = Self.program(10)
        record.attempts = [
            TaskAttempt(
                number: 1, startedAt: nil, finishedAt: DashboardScript.start, error: "exit code 1", exitCode: 1,
                activeMilliseconds: 5, isInterrupted: false)
        ]
        script.add(record)
        #expect(!script.screen.contains("of attempt 1"))
    }

    @Test("is the last that is not empty, without styles")
    func lastText() {
        var output = ScriptedOutput("first", "\u{1B}[32mgreen\u{1B}[0m line", "", "  ")
        func lastText() -> String? {
            FakeTaskOutputs.page(OutputQuery(.last, limit: 5), of: output.lines, open: output.open).lastText
        }
        #expect(lastText() == "green line")
        output.setOpen("10 %\r20 %")
        #expect(lastText() == "20 %")
        #expect(FakeTaskOutputs.page(OutputQuery(.last), of: []).lastText == nil)
    }
}
