import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("The start of a task from the queue")
struct StartTests {
    /// A task that is being stored as started.
    private static func starting() throws -> (script: BoardScript, id: TaskID) {
        var script = BoardScript(maxRunning: 1, keepsQueue: true)
        (script.storesAtOnce, script.storesStartsAtOnce) = (false, false)
        let id = try script.submit()
        return (script, id)
    }

    @Test("is shown, and a worker launched, once it is stored; the slot is taken before")
    func storedFirst() throws {
        var (script, id) = try Self.starting()
        #expect(script.storedStarts == [id])
        #expect(try script.record(id).state == .queued)
        #expect(try script.record(id).reason == .storing)
        #expect(script.launched.isEmpty)
        let next = try script.submit()
        #expect(script.storedStarts == [id])
        #expect(script.board.queue.active == 1)
        #expect(try script.record(next).queuePosition == 1)
        try script.receive(.task(id, .stored))
        #expect(try script.record(id).state == .starting)
        #expect(script.launched == [id])
    }

    @Test("is followed by what is requested meanwhile")
    func requests() throws {
        var (script, id) = try Self.starting()
        let pause = try script.request(.pause, id)
        try script.receive(.task(id, .stored))
        #expect(try script.record(id).pending == .pause)
        try script.open(id)
        try script.receive(.task(id, .updated(.paused)))
        #expect(try script.answers(to: pause).map { try $0.get().state } == [.paused])

        (script, id) = try Self.starting()
        let kill = try script.request(.kill, id)
        #expect(try script.record(id).state == .queued)
        try script.receive(.task(id, .stored))
        #expect(try script.record(id).state == .stopping)
        try script.receive(.task(id, .started(pid: 42)))
        try script.end(id, .killed)
        try script.receive(.task(id, .stored))
        #expect(try script.answers(to: kill).map { try $0.get().state } == [.killed])
    }

    @Test("is called off when the service ends: the task waits for the next one, unless its end is requested")
    func shutdown() throws {
        var (script, id) = try Self.starting()
        try script.receive(.shutdownRequested(byForce: false))
        try script.receive(.task(id, .stored))
        #expect(script.stored.map(\.state) == [.queued])
        let end = try script.request(.terminate, id)
        #expect(!script.isDrained)
        try script.receive(.task(id, .stored))
        #expect(try script.record(id).state == .queued)
        try script.receive(.task(id, .stored))
        #expect(try script.answers(to: end).map { try $0.get().state } == [.terminated])
        #expect(script.launched.isEmpty)
        #expect(script.isDrained)
    }
}
