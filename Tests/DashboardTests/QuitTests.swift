import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("The question before quitting")
struct QuitTests {
    private static func script(
        _ width: Int = 120, _ height: Int = 36, working: Int = 4, waiting: Int = 996,
        retention: TaskRetention = .onDisk(requeues: false)
    ) -> DashboardScript {
        var script = DashboardScript(Size(width: width, height: height), retention: retention)
        let states: [TaskState] = [.running, .paused, .starting, .stopping]
        script.send(
            .tasksChanged(
                TaskChanges(
                    changed: (0..<working).map { DashboardScript.record($0 + 1, "process_data", states[$0 % 4]) }
                        + (0..<waiting).map { DashboardScript.record($0 + 1001, "process_data", .queued, done: 0) }
                        + [DashboardScript.record(9000, "process_data", .completed)])))
        script.type("q")
        return script
    }

    @Test(
        "it states the fate of tasks with a worker and of waiting tasks",
        arguments: [
            (4, 996, .onDisk(requeues: false), "4 tasks will be ended; 996 wait for the next start."),
            (1, 1, .onDisk(requeues: false), "1 task will be ended; 1 waits for the next start."),
            (4, 0, .onDisk(requeues: false), "4 tasks will be ended."),
            (0, 3, .onDisk(requeues: false), "No task will be ended; 3 wait for the next start."),
            (
                4, 996, .onDisk(requeues: true),
                "4 tasks will be ended, to be started again at the next start; 996 wait for the next start."
            ),
            (0, 3, .onDisk(requeues: true), "No task will be ended; 3 wait for the next start."),
            (4, 996, .none, "4 tasks will be ended; 996 that wait will be forgotten."),
            (4, 0, .none, "4 tasks will be ended and forgotten, as all others are."),
            (0, 1, .none, "No task will be ended; 1 that waits will be forgotten."),
        ] as [(Int, Int, TaskRetention, String)])
    func sentences(working: Int, waiting: Int, retention: TaskRetention, sentence: String) {
        let script = Self.script(working: working, waiting: waiting, retention: retention)
        #expect(script.screen.contains("│ \(sentence)"), "\(script.screen)")
        #expect(script.screen.contains(working > 0 ? "and quit ]" : "[ Quit ]"))
    }

    @Test("it is updated while it is open")
    func changes() {
        var script = Self.script(working: 1, waiting: 1)
        script.add(DashboardScript.record(1001))
        #expect(script.screen.contains("2 tasks will be ended."))
        script.add(DashboardScript.record(1001, "process_data", .completed), DashboardScript.record(1, "x", .failed))
        #expect(script.screen.contains("No task is alive any more."))
    }

    @Test("while nothing can be stored it warns about losses")
    func storage() {
        var script = Self.script()
        script.send(.tasksChanged(TaskChanges(storageFailure: .diskFull("full"))))
        #expect(script.screen.contains("How they end may be lost"))
        script = Self.script(retention: .none)
        script.send(.tasksChanged(TaskChanges(storageFailure: .diskFull("full"))))
        #expect(!script.screen.contains("may be lost"))
    }

    @Test("the question, in each size", arguments: [(120, 36), (80, 24), (40, 10), (30, 8), (20, 5), (19, 4)])
    func screens(width: Int, height: Int) throws {
        try Golden.expect(Self.script(width, height).screen, is: "quit-queue-\(width)x\(height)")
    }

    @Test("y, Enter on its button and Ctrl-C end the service; n, Escape and q do not")
    func keys() {
        for (keys, commands) in [
            ([.character("y")], ["quit"]), ([.right, .enter], ["quit"]), ([.control("c")], ["quit"]),
            ([.enter], []), ([.character("n")], []), ([.escape], []), ([.character("q")], []),
        ] as [([Key], [String])] {
            var script = Self.script()
            for key in keys { script.press(key) }
            #expect(script.commands.map(\.name) == commands)
        }
    }

    @Test("the header shows the same while the service ends")
    func ending() {
        var script = Self.script()
        script.type("y")
        script.send(.shutdownBegun)
        #expect(script.lines[0].contains("ending, 4 tasks left; 996 wait for the next start"))
        script = Self.script(retention: .none)
        script.send(.shutdownBegun)
        #expect(script.lines[0].contains("ending, 4 tasks left; 996 will be forgotten"))
    }
}
