import Testing

@testable import Dashboard

@Suite("A table that shows nothing")
struct EmptyTableTests {
    @Test(
        "keys that have nothing to act on say so",
        arguments: [
            (Key.character("p"), "there is no task to pause"), (.character("t"), "there is no task to terminate"),
            (.character(" "), "no task is shown that could be tagged"),
            (.character("A"), "no task is shown that could be tagged"),
            (.control(" "), "no task is shown that could be tagged"),
            (.character("*"), "no task is shown that could be tagged"), (.character("U"), "no task is tagged"),
            (.enter, "there is no task to show"), (.character("="), "there is no task to move"),
            (.character("<"), "there is no task to move"), (.character("R"), "there is no task to run again"),
            (.character("d"), "there is no task to duplicate"),
        ])
    func keys(key: Key, message: String) {
        var script = DashboardScript()
        script.press(key)
        #expect(script.message == message)
        #expect(script.commands.isEmpty && script.model.overlays.isEmpty)
    }

    @Test("nothing is tagged where the filter hides all, and what is tagged stays so", arguments: ["A", " ", "*"])
    func hidden(key: String) {
        var script = TargetTests.four()
        script.type(" ")
        script.keys("/nope⏎\(key)")
        #expect(script.message == "no task is shown that could be tagged")
        #expect(script.model.targets.ids == [DashboardScript.id(4)])
    }

    @Test("the hint names the key that shows more, where it does")
    func hint() {
        var script = TargetTests.four()
        script.keys("/nope")
        #expect(script.screen.contains("No task matches the filter; Esc clears it (4 tasks hidden)."))
        script.keys("⏎")
        #expect(script.screen.contains("No task matches the filter; Esc clears it"))
        #expect(script.screen.contains(" /nope (Esc clears)  …P00004"))
        // Escape leaves the log first, or removes the tags.
        script.keys("⇥")
        #expect(script.screen.contains("No task matches the filter; / changes it"))
        #expect(script.screen.contains(" /nope  …P00004"))
        script.keys("⎋")
        #expect(script.screen.contains("(Esc clears)"))
        script.keys("⎋A/nope⏎")
        #expect(script.screen.contains("No task matches the filter; / changes it"))
        #expect(!script.screen.contains("Esc clears"))
        script.keys("⎋")
        #expect(script.screen.contains("No task matches the filter; Esc clears it"))
    }

    @Test("hints are whole on the smallest screen, and a filter leaves out the hint that is not")
    func narrow() {
        var script = DashboardScript(Size(width: 20, height: 5))
        #expect(script.screen.contains("  No tasks yet.\n  n for a new one\n"))
        script = TargetTests.four(Size(width: 60, height: 20))
        script.keys("/process paused⏎")
        #expect(script.screen.contains(" /process paused  …P00001"))
        script.keys("⎋/paused⏎")
        #expect(script.screen.contains(" /paused (Esc clears)  …P00001"))
        script.keys("⎋/nope⏎")
        #expect(script.screen.contains("No task matches the filter; Esc clears it (4 tasks"))
        #expect(script.screen.contains("hidden)."))
    }

    @Test("where the log has the table's place the task is behind it")
    func log() {
        var script = TargetTests.four()
        script.keys("l")
        #expect(script.screen.contains("…P00004 (behind the log)"))
        script.keys("l")
        #expect(!script.screen.contains("behind the log"))
    }
}
