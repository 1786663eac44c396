import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("Keys of the queue")
struct QueueKeyTests {
    private static func script(_ size: Size = Size(width: 120, height: 30)) -> DashboardScript {
        var script = DashboardScript(size)
        script.add(DashboardScript.record(1))
        for number in 2...4 {
            var record = DashboardScript.record(number, "process_data", .queued, done: 0)
            record.progress.step = nil
            record.queuePosition = number - 1
            script.add(record)
        }
        script.press(.home)
        script.commands = []
        return script
    }

    @Test(
        "= accepts valid priorities and shows a problem for others",
        arguments: [
            ("5", 5), ("-100", -100), ("100", 100), ("+7", 7), (" 3 ", 3), ("\u{2212}4", -4), ("101", nil),
            ("-101", nil),
            ("", nil), ("x", nil), ("1.5", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func priority(text: String, priority: Int?) {
        var script = Self.script()
        script.type("=")
        script.press(.control("u"))
        script.type(text)
        script.press(.enter)
        #expect(script.commands.map(\.name) == (priority.map { ["priority \($0) 04"] } ?? []))
        #expect(script.model.overlays.isEmpty == (priority != nil))
        if priority == nil { #expect(script.screen.contains("must be a whole number from -100 to 100")) }
    }

    @Test("input before the prompt was on the screen does not answer it")
    func unshownPrompt() {
        var script = Self.script()
        script.showsFrames = false
        script.type("=5")
        script.press(.enter)
        script.send(.input(.paste("7")))
        script.press(.escape)
        #expect(script.commands.isEmpty)
        #expect(script.model.overlays.count == 1)
        script.send(.shown)
        script.press(.control("u"))
        script.type("6")
        script.press(.enter)
        #expect(script.commands.map(\.name) == ["priority 6 04"])
    }

    @Test(
        "the first input replaces the present priority, which can also be edited",
        arguments: [
            ([.character("5")], 5), ([.character("-"), .character("4")], -4), ([], 7),
            ([.end, .character("0")], 70), ([.home, .character("-")], -7), ([.backspace, .character("2")], 2),
            ([.control("u"), .character("3")], 3), ([.left, .delete, .character("1")], 1),
        ] as [([Key], Int)])
    func prefilled(keys: [Key], priority: Int) {
        var script = Self.script()
        var record = DashboardScript.record(4, "process_data", .queued, done: 0)
        record.queuePosition = 3
        record.options.priority = 7
        script.add(record)
        script.type("=")
        #expect(script.screen.contains("Priority of …P00004"))
        for key in keys { script.press(key) }
        script.press(.enter)
        #expect(script.commands.map(\.name) == ["priority \(priority) 04"])
        script.commands = []
        script.type("=")
        script.send(.input(.paste("12")))
        script.press(.enter)
        #expect(script.commands.map(\.name) == ["priority 12 04"])
    }

    @Test("prompt and message agree in number")
    func number() {
        var script = Self.script()
        script.type("GA=")
        #expect(script.screen.contains("Priority of 4 tagged"))
        script.press(.escape)
        script.type("Ug  =9")
        script.press(.enter)
        #expect(script.commands.map(\.name) == ["priority 9 03", "priority 9 04"])
        var record = DashboardScript.record(3, "process_data", .queued)
        record.options.priority = 9
        script.send(.prioritized(record.id, .success(record)))
        script.send(
            .prioritized(DashboardScript.id(4), .failure(.notQueued(DashboardScript.id(4), current: .running))))
        #expect(script.message == "1 now has priority 9, 1 does not wait to be started")
    }

    @Test("a priority applies to all queued targets, with one message")
    func several() {
        var script = Self.script()
        script.type("A=")
        script.press(.control("u"))
        script.type("9")
        script.press(.enter)
        #expect(script.commands.map(\.name) == ["priority 9 02", "priority 9 03", "priority 9 04"])
        for number in 2...4 {
            var record = DashboardScript.record(number, "process_data", .queued)
            record.options.priority = 9
            script.send(.prioritized(record.id, .success(record)))
        }
        #expect(script.message == "3 now have priority 9, 1 does not wait to be started")
    }

    @Test("< and > move tasks to an end of their priority, keeping their order")
    func moving() {
        var script = Self.script()
        script.type("<")
        #expect(script.commands.map(\.name) == ["first 04"])
        script.send(.moved(DashboardScript.id(4), .first, .success(DashboardScript.record(4, "process_data", .queued))))
        #expect(script.message == "…P00004 is first among tasks of priority 0")
        script.commands = []
        script.type("A<>")
        #expect(
            script.commands.map(\.name) == ["first 04", "first 03", "first 02", "last 02", "last 03", "last 04"])
        for number in [4, 3, 2] {
            script.send(
                .moved(
                    DashboardScript.id(number), .first,
                    .success(DashboardScript.record(number, "process_data", .queued))))
        }
        #expect(script.message == "moved 3 to the front, 1 does not wait to be started")
        script.commands = []
        script.type("UG>")
        #expect(script.commands.isEmpty)
        #expect(script.message == "only tasks that wait can be moved; …P00001 is running")
    }

    @Test("queue positions and reasons follow a move")
    func order() {
        var script = Self.script()
        var record = DashboardScript.record(4, "process_data", .queued, done: 0)
        record.queuePosition = 3
        record.queueOrder = -1
        script.send(
            .tasksChanged(
                TaskChanges(changed: [record], queue: QueueStatus(maxRunning: 1, active: 1, queued: 3))))
        #expect(script.model.tasks.queuePositions[record.id] == 1)
        #expect(script.screen.contains("1 of 1 may run; it is the next"))
        script.press(.down)
        #expect(script.screen.contains("1 of 1 may run; 2 tasks are before it"))
        script.add(DashboardScript.record(1, "process_data", .paused))
        script.send(.tasksChanged(TaskChanges(queue: QueueStatus(maxRunning: 1, active: 1, queued: 3))))
        #expect(script.screen.contains("1 of 1 may run, and it is paused; 2 tasks are before it"))
        script.send(.queueChanged(.success(QueueStatus(isPaused: true))))
        script.pass(seconds: 7)
        #expect(script.screen.contains("the queue is held (H releases it)"))
        script.type("/held")
        #expect(script.model.tasks.order.count == 3)
    }
}
