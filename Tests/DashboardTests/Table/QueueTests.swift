import JSON
import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("The queue on the dashboard")
struct QueueTests {
    private static func waiting(_ number: Int, priority: Int = 0) -> TaskRecord {
        var record = DashboardScript.record(number, "process_data", .queued, done: 0)
        record.progress.step = nil
        record.options.priority = priority
        record.queuePosition = number
        return record
    }

    private static func script() -> DashboardScript {
        var script = DashboardScript()
        script.add(DashboardScript.record(1), waiting(2), waiting(3), waiting(4))
        script.press(.home)
        return script
    }

    @Test("queue positions move up by priority and age")
    func positions() {
        var script = Self.script()
        #expect(script.screen.contains("○ queued 3"))
        #expect(
            script.model.tasks.queuePositions == [
                DashboardScript.id(2): 1, DashboardScript.id(3): 2, DashboardScript.id(4): 3,
            ])
        script.add(DashboardScript.record(2))
        script.add(Self.waiting(4, priority: 1))
        #expect(script.model.tasks.queuePositions == [DashboardScript.id(4): 1, DashboardScript.id(3): 2])
    }

    @Test("+ and - change the priority by one, even before the first result")
    func priority() {
        var script = Self.script()
        script.type("++-")
        script.type("++")
        #expect(
            script.commands.map(\.name).filter { $0.hasPrefix("priority") } == [
                "priority 1 04", "priority 2 04", "priority 1 04", "priority 2 04", "priority 3 04",
            ])
        var record = Self.waiting(4, priority: 3)
        script.send(.prioritized(record.id, .success(record)))
        #expect(script.message == "…P00004 has priority 3")
        script.add(record)
        #expect(script.lines.contains { $0.contains("○ queued 1") && $0.contains(" 3 ") })
        record.options.priority = 100
        script.add(record)
        script.commands = []
        script.type("+")
        #expect(script.commands.isEmpty)
        #expect(script.message == "…P00004 has priority 100, and there is none beyond")
    }

    @Test("a task with a worker cannot be moved in the queue")
    func notWaiting() {
        var script = DashboardScript()
        script.type("+")
        #expect(script.message == "there is no task to move")
        script.add(DashboardScript.record(1))
        script.type("+")
        #expect(script.message == "only tasks that wait can be moved; …P00001 is running")
        #expect(script.commands.isEmpty)
        var waiting = Self.waiting(2)
        waiting.queuePosition = 1
        script.add(waiting)
        script.press(.home)
        script.type("+")
        script.send(.prioritized(waiting.id, .failure(.notQueued(waiting.id, current: .running))))
        #expect(script.message == "…P00002 does not wait: it is running")
    }

    @Test("H pauses and resumes the queue, and the header shows it")
    func holding() {
        var script = Self.script()
        script.type("H")
        script.send(.queueChanged(.success(QueueStatus(isPaused: true))))
        #expect(script.screen.contains("QUEUE HELD"))
        script.type("H")
        #expect(script.commands.map(\.name).filter { ["hold", "release"].contains($0) } == ["hold", "release"])
        // Another client releases it.
        script.send(.tasksChanged(TaskChanges(queue: QueueStatus(isPaused: false))))
        #expect(!script.screen.contains("QUEUE HELD"))
    }

    @Test("the header shows why no worker can be started")
    func launchFailure() {
        var script = Self.script()
        script.send(.tasksChanged(TaskChanges(launchFailure: "no such file")))
        #expect(script.screen.contains("no worker can be started: no such file"))
        script.send(.tasksChanged(TaskChanges()))
        #expect(!script.screen.contains("no worker"))
    }

    @Test("R runs a finished task again")
    func runAgain() {
        var script = DashboardScript()
        var record = DashboardScript.record(1, "process_data", .failed)
        record.options.priority = 5
        record.options.timeout = 2.5
        record.options.retries = 3
        record.options.notBefore = Timestamp(milliseconds: 0)
        script.add(record)
        script.type("R")
        #expect(script.commands.map(\.name) == ["again 01"])
        // The service copies all options but the start time.
        #expect(
            TaskDraft(repeating: record).members == [
                "task_type": "process_data", "task_data": record.data?.value, "priority": 5, "timeout": 2.5,
                "retries": 3,
            ])
        script.send(.submitted(.copy(of: record.id), .success(Self.waiting(2))))
        #expect(script.message == "…P00002 process_data is queued, number 2")
        script.commands = []
        script.add(DashboardScript.record(3))
        script.press(.home)
        script.type("R")
        #expect(script.commands.isEmpty)
        #expect(script.message == "…P00003 has not ended; d fills in the form for another one")
    }

    @Test("the queue on one screen")
    func screen() throws {
        var script = DashboardScript(Size(width: 160, height: 24))
        var running = DashboardScript.record(1, "cpu_intensive")
        running.options.timeout = 90
        running.options.retries = 2
        running.attempts = [
            TaskAttempt(
                number: 1, startedAt: running.createdAt, finishedAt: running.createdAt, error: "no luck", exitCode: 1,
                activeMilliseconds: 1500, isInterrupted: false)
        ]
        var again = Self.waiting(4)
        again.queuePosition = nil
        again.options.retries = 5
        again.retryAt = Timestamp(milliseconds: DashboardScript.start.milliseconds + 800_000)
        again.attempts = running.attempts
        script.send(
            .tasksChanged(
                TaskChanges(
                    changed: [running, Self.waiting(2), Self.waiting(3, priority: 10), again],
                    queue: QueueStatus(isPaused: true, maxRunning: 1, active: 1, queued: 3))))
        script.press(.home)
        try Golden.expect(script.screen, is: "queue-160x24")
        script.press(.end, .enter)
        try Golden.expect(script.screen, is: "queue-detail-160x24")
    }
}
