import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("The end of the service, and the next start")
struct RestartTests {
    @Test("a shutdown requests all ends at once and is complete after the last")
    func shutdown() throws {
        var script = BoardScript()
        let first = try script.running()
        let second = try script.running()
        let isDrained = { (actions: [BoardAction]) in actions.contains { if case .drained = $0 { true } else { false } }
        }
        let asked = try script.receive(.shutdownRequested(byForce: false))
        #expect(asked.filter { if case .call(_, _, .terminate, _) = $0 { true } else { false } }.count == 2)
        try script.end(first)
        #expect(!isDrained(script.actions))
        try script.receive(.shutdownRequested(byForce: true))
        #expect(script.signals() == [.kill])
        try script.end(second, .killed)
        #expect(isDrained(script.actions))
        #expect(try script.record(second).state == .killed)
        #expect(try script.receive(.shutdownRequested(byForce: true)).isEmpty)
    }

    @Test("a shutdown without tasks is complete at once")
    func emptyShutdown() throws {
        var script = BoardScript()
        let actions = try script.receive(.shutdownRequested(byForce: false))
        #expect(actions.count == 1)
    }

    @Test("a shutdown leaves queued tasks as they are, however many there are", arguments: [true, false])
    func waiting(keepsQueue: Bool) throws {
        var script = BoardScript(maxRunning: 1, keepsQueue: keepsQueue)
        let running = try script.running()
        let waiting = try script.submit()
        for _ in 0..<1000 { _ = try script.submit() }
        let later = try script.submit(.with(notBefore: script.now.wall.milliseconds + 1000))
        let actions = try script.receive(.shutdownRequested(byForce: false))
        // The call to the worker, and the state of its task.
        #expect(actions.count == 2)
        #expect(try [waiting, later].map { try script.record($0).state } == [.queued, .queued])
        #expect(!script.isDrained)
        try script.pass(.seconds(2))
        // A client's request for an end is answered meanwhile.
        let end = try script.request(.terminate, later)
        #expect(try script.answers(to: end).map { try $0.get().state } == [.terminated])
        try script.receive(.task(running, .updated(.outcome(.stopped))))
        try script.end(running)
        #expect(try script.record(running).state == .terminated)
        #expect(script.isDrained)
        #expect(script.launched == [running])
    }

    @Test("a task that a shutdown interrupts is requeued where configured, without using up a retry")
    func requeueing() throws {
        var script = BoardScript(maxRunning: 1, keepsQueue: true, requeues: true)
        let id = try script.running(.with(retries: 1))
        try script.receive(.shutdownRequested(byForce: false))
        try script.receive(.task(id, .updated(.outcome(.stopped))))
        try script.end(id)
        let record = try script.record(id)
        #expect(record.state == .queued)
        #expect(record.attempts.map(\.isInterrupted) == [true])
        #expect(script.stored.last?.state == .queued)
        #expect(script.isDrained)

        var next = BoardScript(maxRunning: 1, keepsQueue: true, requeues: true)
        try next.receive(.restored([record], interrupted: [], TaskTally()))
        try next.open(id)
        try next.end(id, .killed)
        #expect(try next.record(id).state == .queued)
        #expect(try next.record(id).attempts.map(\.isInterrupted) == [true, false])
    }

    @Test("stored tasks continue in their order, and ended ones are as before")
    func restoring() throws {
        var before = BoardScript(maxRunning: 0, keepsQueue: true)
        let ids = [
            try before.submit(), try before.submit(.with(priority: 3)),
            try before.submit(.with(notBefore: 10_000)),
        ]
        let gone = try before.submit()
        try before.request(.terminate, gone)
        let records = try (ids + [gone]).map { try before.record($0) }

        var after = BoardScript(maxRunning: 1, keepsQueue: true)
        try after.receive(.queuePaused(true))
        try after.receive(.restored(records, interrupted: [], before.board.tally))
        #expect(after.launched.isEmpty)
        #expect(try after.record(gone) == before.record(gone))
        #expect(try after.record(ids[0]).queuePosition == 2)
        try after.receive(.queuePaused(false))
        #expect(after.launched == [ids[1]])
        #expect(after.board.tally.byState.filter { $0.value != 0 } == [.queued: 2, .starting: 1, .terminated: 1])
    }

    @Test("a task whose worker was lost with the service before is failed, or requeued without using up a retry")
    func interrupted() throws {
        for requeues in [false, true] {
            var before = BoardScript(maxRunning: 1, keepsQueue: true)
            try before.pass(.seconds(5))
            var record = before.newRecord(.with(retries: 1))
            record.state = .starting
            record.startedAt = Timestamp(milliseconds: 1000)

            var script = BoardScript(maxRunning: 1, keepsQueue: true, requeues: requeues)
            try script.receive(.queuePaused(true))
            try script.pass(.seconds(9))
            try script.receive(.restored([], interrupted: [record], TaskTally()))
            let restored = try script.record(record.id)
            let error = "interrupted: the service ended while the task had a worker"
            #expect(script.board.tally.byState.filter { $0.value != 0 } == [requeues ? .queued : .failed: 1])
            #expect(script.launched.isEmpty)
            if requeues {
                #expect(restored.state == .queued)
                let attempt = TaskAttempt(
                    number: 1, startedAt: record.startedAt, finishedAt: script.now.wall, error: error, exitCode: nil,
                    activeMilliseconds: 0, isInterrupted: true)
                #expect(restored.attempts == [attempt])
                try script.receive(.queuePaused(false))
                #expect(script.launched == [record.id])
            } else {
                #expect(restored.state == .failed)
                #expect(restored.error == error)
                #expect(restored.startedAt == record.startedAt)
                #expect(restored.finishedAt == script.now.wall)
            }
            #expect(script.stored.map(\.state) == [restored.state])
            #expect(script.stored.first?.attempts == restored.attempts)
        }
    }
}
