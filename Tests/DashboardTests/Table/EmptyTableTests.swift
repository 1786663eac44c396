import Testing

@testable import Dashboard

@Suite("The table without rows")
struct EmptyTableTests {
    @Test(
        "keys without a target show a message",
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

    @Test("no key tags hidden tasks or removes their tags", arguments: ["A", " ", "*"])
    func hidden(key: String) {
        var script = DashboardScript.fourTasks()
        script.type(" ")
        script.keys("/nope⏎\(key)")
        #expect(script.message == "no task is shown that could be tagged")
        #expect(script.model.targets.ids == [DashboardScript.id(4)])
    }

    @Test("the hint names a key only where it shows more tasks")
    func hint() {
        var script = DashboardScript.fourTasks()
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

    @Test("hints are never truncated, not even on the smallest screen")
    func narrow() {
        var script = DashboardScript(Size(width: 20, height: 5))
        #expect(script.screen.contains("  No tasks yet.\n  n for a new one\n"))
        script = DashboardScript.fourTasks(Size(width: 60, height: 20))
        script.keys("/process paused⏎")
        #expect(script.screen.contains(" /process paused  …P00001"))
        script.keys("⎋/paused⏎")
        #expect(script.screen.contains(" /paused (Esc clears)  …P00001"))
        script.keys("⎋/nope⏎")
        #expect(script.screen.contains("No task matches the filter; Esc clears it (4 tasks"))
        #expect(script.screen.contains("hidden)."))
    }

    @Test("a task covered by the log is marked as hidden")
    func log() {
        var script = DashboardScript.fourTasks()
        script.keys("l")
        #expect(script.screen.contains("…P00004 (behind the log)"))
        script.keys("l")
        #expect(!script.screen.contains("behind the log"))
    }
}
