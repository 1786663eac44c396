import TaskModel
import Testing

@testable import Dashboard

@Suite("Searching output that is not in memory")
struct FurtherSearchTests {
    /// A program with 12 000 lines of output, the last ones in memory, while Tab has given the output the focus.
    private static func script() -> (DashboardScript, ScriptedOutput) {
        var output = ScriptedOutput()
        output.append((0..<12_000).map { "line \($0) of all" })
        var script = DashboardScript.program(output)
        script.keys("⇥")
        return (script, output)
    }

    @Test("goes on page by page, toward the beginning and back to the end")
    func reading() {
        var (script, output) = Self.script()
        script.keys("/line 42 of⏎")
        #expect(script.message?.hasPrefix("searching earlier output") == true)
        script.answer(output)
        #expect(script.outputRows.contains("line 42 of all"))
        #expect(script.message == nil)
        #expect(script.model.output?.hasLater == true)
        script.keys("/line 11942 of⏎")
        script.answer(output)
        #expect(script.outputRows.contains("line 11942 of all"))
    }

    @Test("n and N go beyond memory before they go around it")
    func next() {
        var (script, output) = Self.script()
        script.keys("/ine 11500 of⏎")
        script.answer(output)
        #expect(script.outputRows.contains("line 11500 of all"))
        script.keys("/ine 10 of⏎")
        script.answer(output)
        #expect(script.outputRows.contains("line 10 of all"))
        script.keys("/0 of⏎n")
        script.answer(output)
        let current = script.model.output?.search?.current
        script.keys("n")
        script.answer(output)
        #expect(script.model.output?.search?.current == current.map { $0 + 10 })
        script.press(.home)
        script.answer(output)
        script.keys("N")
        #expect(script.model.output?.search?.current != nil)
    }

    @Test("says so when there is no match, and ends with Escape and with a change of the stream")
    func ending() {
        var (script, output) = Self.script()
        script.keys("/nowhere⏎")
        script.answer(output)
        #expect(script.message == "'nowhere' is in no further line of the output")
        #expect(script.model.output?.furtherSearch == nil)
        for key in [Key.escape, .character("e"), .up] {
            (script, output) = Self.script()
            script.keys("/nowhere⏎")
            script.press(key)
            script.commands.removeAll { $0.outputRequest != nil }
            #expect(script.model.output?.furtherSearch == nil)
        }
    }

    @Test("ends if the log has been rotated meanwhile")
    func rotation() {
        var (script, output) = Self.script()
        script.keys("/nowhere⏎")
        output.drop(11_900)
        script.answer(output)
        #expect(script.message == "'nowhere' is in no further line of the output")
        #expect(script.outputRows.last == "line 11999 of all")
    }
}
