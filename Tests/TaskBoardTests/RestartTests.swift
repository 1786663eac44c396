import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("The end of the service, and the next start")
struct RestartTests {
    @Test("shutdown asks all at once and is done when the last is gone")
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

    @Test("shutdown without tasks is done at once")
    func emptyShutdown() throws {
        var script = BoardScript()
        let actions = try script.receive(.shutdownRequested(byForce: false))
        #expect(actions.count == 1)
    }

    @Test("tasks that wait are left as they are by a shutdown, however many there are", arguments: [true, false])
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
        // An end that a client asks for meanwhile is answered.
        let end = try script.request(.terminate, later)
        #expect(try script.answers(to: end).map { try $0.get().state } == [.terminated])
        try script.receive(.updated(running, .outcome(.stopped)))
        try script.end(running)
        #expect(try script.record(running).state == .terminated)
        #expect(script.isDrained)
        #expect(script.launched == [running])
    }

    @Test("what the end interrupts waits for another attempt, where it is to, and loses no retry by it")
    func requeueing() throws {
        var script = BoardScript(maxRunning: 1, keepsQueue: true, requeues: true)
        let id = try script.running(.with(retries: 1))
        try script.receive(.shutdownRequested(byForce: false))
        try script.receive(.updated(id, .outcome(.stopped)))
        try script.end(id)
        let record = try script.record(id)
        #expect(record.state == .queued)
        #expect(record.attempts.map(\.isInterrupted) == [true])
        #expect(script.stored.last?.state == .queued)
        #expect(script.isDrained)

        var next = BoardScript(maxRunning: 1, keepsQueue: true, requeues: true)
        try next.receive(.restored([record], TaskTally()))
        try next.open(id)
        try next.end(id, .killed)
        #expect(try next.record(id).state == .queued)
        #expect(try next.record(id).attempts.map(\.isInterrupted) == [true, false])
    }

    @Test("what was stored goes on in its order, and what had ended is as before")
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
        try after.receive(.held(true))
        try after.receive(.restored(records, before.board.tally))
        #expect(after.launched.isEmpty)
        #expect(try after.record(gone) == before.record(gone))
        #expect(try after.record(ids[0]).queuePosition == 2)
        try after.receive(.held(false))
        #expect(after.launched == [ids[1]])
        #expect(after.board.tally.byState.filter { $0.value != 0 } == [.queued: 2, .starting: 1, .terminated: 1])
    }
}
