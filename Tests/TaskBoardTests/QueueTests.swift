import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("The queue")
struct QueueTests {
    @Test("tasks start by priority, then by age, as slots open")
    func order() throws {
        var script = BoardScript(maxRunning: 1)
        let first = try script.running()
        let low = try script.submit(.with(priority: -1))
        let normal = try script.submit()
        let high = try script.submit(.with(priority: 100))
        let late = try script.submit()
        #expect(try [low, normal, high, late].map { try script.record($0).queuePosition } == [4, 2, 1, 3])
        #expect(script.board.queue == QueueStatus(isPaused: false, maxRunning: 1, active: 1, queued: 4))
        var ended = first
        for expected in [high, normal, late, low] {
            try script.end(ended)
            #expect(script.launched.last == expected)
            #expect(try script.record(expected).queuePosition == nil)
            try script.open(expected)
            ended = expected
        }
    }

    @Test("name and title stay with every attempt")
    func names() throws {
        var script = BoardScript(maxRunning: 1)
        var record = script.newRecord(.with(retries: 1))
        (record.name, record.title) = ("a\n", "a")
        try script.submit(record)
        try script.open(record.id)
        try script.end(record.id, .exited(code: 1))
        try script.pass(.seconds(1))
        try script.open(record.id)
        #expect(try script.record(record.id).attempt == 2)
        try script.end(record.id, .exited(code: 1))
        for stored in script.stored + [try script.record(record.id)] {
            #expect(stored.name == "a\n")
            #expect(stored.title == "a")
        }
    }

    @Test("another priority is another position")
    func priority() throws {
        var script = BoardScript(maxRunning: 1)
        let first = try script.running()
        let (second, third) = (try script.submit(), try script.submit())
        try script.receive(.task(third, .reordered(priority: 1, order: nil)))
        #expect(try script.record(third).queuePosition == 1)
        #expect(try script.record(second).queuePosition == 2)
        try script.end(first)
        #expect(script.launched.last == third)
    }

    @Test("while the queue is paused nothing starts and workers continue; resuming it fills the slots")
    func holding() throws {
        var script = BoardScript(maxRunning: 2)
        let running = try script.running()
        try script.receive(.queuePaused(true))
        let waiting = [try script.submit(), try script.submit()]
        #expect(script.launched == [running])
        try script.receive(.task(running, .updated(.progress(TaskProgress(done: 1, total: 3)))))
        #expect(try script.record(running).progress.done == 1)
        try script.receive(.queuePaused(false))
        #expect(script.launched == [running, waiting[0]])
    }

    @Test(
        "a queued task is ended at once",
        arguments: [(TaskAction.terminate, TaskState.terminated), (.kill, .killed)])
    func ending(action: TaskAction, state: TaskState) throws {
        var script = BoardScript(maxRunning: 0)
        let id = try script.submit()
        let request = try script.request(action, id)
        guard case .success(let record)? = script.answers(to: request).first else {
            Issue.record("there is no answer")
            return
        }
        #expect(record.state == state)
        #expect(script.board.queue.queued == 0)
    }
}
