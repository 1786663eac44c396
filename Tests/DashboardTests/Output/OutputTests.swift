import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import Dashboard

@Suite("The output of the selected task")
struct OutputTests {
    private static func numbered(_ range: Range<Int>) -> ScriptedOutput {
        var output = ScriptedOutput()
        output.append(range.map { "line \($0)" })
        return output
    }

    @Test("follows the end beside the table, and is requested once for each signal")
    func following() {
        var output = Self.numbered(0..<100)
        var script = DashboardScript.program(output)
        #expect(script.outputRows.last == "line 99")
        output.append(["line 100"])
        script.commands = []
        for _ in 0..<5 { script.send(.outputGrew(DashboardScript.id(1))) }
        #expect(script.commands.count { $0.outputRequest != nil } == 1)
        script.answer(output)
        #expect(script.outputRows.suffix(2) == ["line 99", "line 100"])
        #expect(script.model.output?.count == 101)
        #expect(script.commands.isEmpty)
    }

    @Test("is not shown for a task without a program, and appears once it has begun")
    func absent() {
        var script = DashboardScript.program(ScriptedOutput("x"))
        script.press(.home)
        script.show(nil)
        #expect(script.model.sideOutput == nil)
        script.send(.tasksChanged(TaskChanges(changed: [DashboardScript.record(3, "command", .queued)])))
        script.press(.home)
        script.show(nil)
        #expect(script.model.sideOutput == nil)
        script.send(.tasksChanged(TaskChanges(changed: [DashboardScript.record(3, "command", .running)])))
        script.answer(ScriptedOutput("begun"))
        #expect(script.outputRows == ["begun"])
    }

    @Test("an unfinished line shows its last state, and is replaced")
    func open() {
        var output = ScriptedOutput("before")
        output.setOpen("10 %\r20 %")
        var script = DashboardScript.program(output)
        #expect(script.outputRows == ["before", "20 %"])
        output.setOpen("30 %")
        script.show(output)
        #expect(script.outputRows == ["before", "30 %"])
        output.open = []
        output.append(["done"])
        script.show(output)
        #expect(script.outputRows == ["before", "done"])
    }

    @Test("keys reach it once Tab has given it the focus, and the log again after another")
    func focus() {
        var script = DashboardScript.program(Self.numbered(0..<100))
        script.keys("f")
        #expect(script.model.log.position == .following)
        #expect(script.model.output?.position == .following)
        script.keys("⇥")
        #expect(script.model.focus == .output)
        script.keys("f")
        #expect(script.model.output?.position != .following)
        script.keys("⇥")
        #expect(script.model.focus == .log)
        script.keys("⇥⇥⎋")
        #expect(script.model.focus == .table)
        script.press(.backTab, .backTab)
        #expect(script.model.focus == .output)
        script.resize(100, 30)
        #expect(script.model.focus == .table)
    }

    @Test("scrolling holds it; the end follows again")
    func holding() {
        var output = Self.numbered(0..<100)
        var script = DashboardScript.program(output)
        script.keys("⇥kk")
        let held = script.outputRows
        #expect(held.last == "line 97")
        #expect(script.screen.contains(" held "))
        output.append(["new"])
        script.show(output)
        #expect(script.outputRows == held)
        #expect(script.screen.contains("held, more below"))
        script.keys("G")
        script.answer(output)
        #expect(script.outputRows.last == "new")
        #expect(script.screen.contains(" follow "))
        script.keys("kj")
        script.show(output)
        #expect(script.model.output?.position == .following)
    }

    @Test("the memory is bounded, and Home and PgUp load earlier lines")
    func bounded() {
        var output = Self.numbered(0..<6000)
        var script = DashboardScript.program(output)
        #expect(script.model.output?.count == 1000)
        for round in 0..<10 {
            output.append((0..<500).map { "more \(round) \($0)" })
            script.show(output)
        }
        #expect((script.model.output?.count ?? 0) <= OutputPane.capacity * 11 / 10)
        #expect(script.outputRows.last == "more 9 499")
        script.keys("⇥")
        script.press(.home)
        script.answer(output)
        #expect(script.outputRows.first == "line 0")
        var seen = Set(script.outputRows)
        for _ in 0..<600 {
            script.press(.pageDown)
            script.answer(output)
            seen.formUnion(script.outputRows)
        }
        #expect(script.model.output?.position == .following)
        #expect(seen.count == 11_000)
        seen = Set(script.outputRows)
        for _ in 0..<600 {
            script.press(.pageUp)
            script.answer(output)
            seen.formUnion(script.outputRows)
        }
        #expect(seen.count == 11_000)
        #expect(script.outputRows.first == "line 0")
        #expect((script.model.output?.count ?? 0) <= OutputPane.capacity * 11 / 10)
    }

    @Test("long lines count by their size")
    func large() {
        var output = ScriptedOutput()
        var script = DashboardScript.program(output)
        let text = String(repeating: "x", count: 16_384)
        for _ in 0..<100 {
            output.append(Array(repeating: text, count: 10))
            script.show(output)
        }
        #expect((script.model.output?.count ?? 0) < 300)
    }

    @Test("what the log has dropped is skipped, and another attempt begins anew")
    func gaps() {
        var output = Self.numbered(0..<100)
        var script = DashboardScript.program(output)
        output.append((0..<2000).map { "later \($0)" })
        output.drop(1000)
        script.show(output)
        #expect(script.outputRows.last == "later 1999")
        script.keys("⇥")
        script.press(.home)
        script.answer(output)
        #expect(script.outputRows.first == "later 900")
        output = ScriptedOutput()
        output.attempt = 2
        output.append(["again"])
        var record = DashboardScript.record(1, "command", .running)
        record.attempts = [
            TaskAttempt(
                number: 1, startedAt: nil, finishedAt: DashboardScript.start, error: "exit code 3", exitCode: 3,
                activeMilliseconds: 1, isInterrupted: false)
        ]
        script.add(record)
        script.answer(output)
        #expect(script.outputRows == ["again"])
        #expect(script.model.output?.position == .following)
    }

    @Test("e shows one stream after the other; standard error is marked beside the other")
    func streams() {
        var output = ScriptedOutput("out")
        output.append(["err"], .standardError)
        var script = DashboardScript.program(output)
        #expect(script.outputRows == ["out", "! err"])
        script.keys("e")
        script.answer(output)
        #expect(script.outputRows == ["out"])
        #expect(script.screen.contains("stdout only"))
        script.keys("e")
        script.answer(output)
        #expect(script.outputRows == ["err"])
        script.keys("e")
        script.answer(output)
        #expect(script.outputRows == ["out", "! err"])
    }

    @Test("until another stream is read no line of the one before is shown, and nothing is said that is not known")
    func streamToRead() {
        var output = ScriptedOutput("out")
        output.append(["err"], .standardError)
        var script = DashboardScript.program(output)
        script.keys("e")
        #expect(script.outputRows == ["out"])
        script.keys("e")
        #expect(script.outputRows.first == "reading")
        script.answer(output)
        #expect(script.outputRows == ["err"])
    }

    @Test("an answer to a request for the stream before is ignored")
    func staleStream() {
        var script = DashboardScript.program(ScriptedOutput("a"))
        script.send(.outputGrew(DashboardScript.id(1)))
        let before = script.commands.compactMap(\.outputRequest).last
        script.keys("e")
        if let (id, query) = before {
            script.send(.outputRead(id, query, .success(FakeTaskOutputs.page(query, of: ScriptedOutput("b").lines))))
        }
        #expect(!script.outputRows.contains("b"))
    }

    @Test("search finds, marks, repeats and ends in the output", arguments: [false, true])
    func search(inDetail: Bool) {
        var script = DashboardScript.program(Self.numbered(0..<300))
        script.keys(inDetail ? "⏎" : "⇥")
        script.keys("/LINE 20⏎")
        #expect(script.outputRows.contains("line 209"))
        #expect(script.screen.contains("search: LINE 20"))
        script.keys("N")
        #expect(script.outputRows.contains("line 208"))
        for _ in 0..<8 { script.keys("N") }
        script.keys("N")
        #expect(script.outputRows.contains("line 20"))
        script.keys("n⎋")
        #expect(!script.screen.contains("search:"))
        #expect(script.model.focus == (inDetail ? .table : .output))
        script.keys("/nowhere⏎")
        #expect(script.message?.contains("is in none of the output's lines") == true)
    }

    @Test("wraps long lines, or cuts them off and scrolls sideways")
    func wrapping() {
        let text = (0..<100).map { "<\($0)>" }.joined()
        var script = DashboardScript.program(ScriptedOutput(text))
        #expect(script.outputRows.count > 1)
        #expect(script.outputRows.joined() == text)
        script.keys("⇥w")
        #expect(script.outputRows.count == 1)
        #expect(script.outputRows[0].hasSuffix("…"))
        script.press(.right)
        #expect(script.screen.contains("from column 9"))
        #expect(!script.outputRows[0].hasPrefix("<0>"))
        script.keys("w")
        #expect(script.outputRows.joined() == text)
    }

    @Test("a line that is taller than the screen can be read row by row")
    func tall() {
        let text = (0..<2000).map { "<\($0)>" }.joined()
        var script = DashboardScript.program(ScriptedOutput(text))
        script.keys("⇥")
        script.press(.home)
        var read = script.outputRows.joined()
        while script.model.output?.position != .following {
            script.press(.down)
            read += script.outputRows.last ?? ""
        }
        #expect(read == text)
    }

    @Test("no control character reaches the screen, and each tab ends at a stop")
    func controls() {
        let script = DashboardScript.program(
            ScriptedOutput("a\tb", "\u{1B}]0;title\u{07}ok", "\u{202E}abc", "\u{9B}31mred", "\u{FEFF}x\u{0}y"))
        #expect(
            script.screen.unicodeScalars.allSatisfy { scalar in
                scalar == "\n" || CellText.kind(of: scalar) != .hostile || scalar == "\u{FFFD}"
            })
        #expect(script.outputRows.first == "a       b")
        #expect(script.outputRows.contains("ok"))
    }

    @Test("a failure is shown in its place, and a later signal reads again")
    func failure() {
        var script = DashboardScript(Size(width: 160, height: 40))
        script.add(DashboardScript.record(1, "command", .running))
        let id = DashboardScript.id(1)
        script.send(.outputGrew(id))
        let query = OutputQuery(.last)
        script.send(.outputRead(id, query, .failure(.storageUnavailable(reason: "EIO"))))
        #expect(script.screen.contains("it cannot be read"))
        script.show(ScriptedOutput("there"))
        #expect(script.outputRows == ["there"])
    }
}
