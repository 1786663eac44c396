import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("The end of a task")
struct EndTests {
    @Test("a graceful end is requested from the worker by HTTP")
    func graceful() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.terminate, id)
        #expect(try script.lastCall().command == .terminate)
        #expect(try script.record(id).state == .stopping)
        #expect(try script.record(id).pending == .terminate)
        try script.pass(.milliseconds(20))
        try script.receive(.task(id, .updated(.outcome(.stopped))))
        #expect(script.answers(to: request).isEmpty)
        try script.end(id)
        let record = try #require(script.answers(to: request).first).get()
        #expect(record.state == .terminated)
        #expect(record.termination == Termination(stage: .http, milliseconds: 20, reaped: 1))
        #expect(script.signals().isEmpty)
    }

    @Test("past the grace period the end escalates: SIGTERM, then SIGKILL")
    func escalation() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.terminate, id)
        try script.receive(.task(id, .called(try script.lastCall().id, .accepted)))
        try script.pass(.milliseconds(4999))
        #expect(script.signals().isEmpty)
        try script.pass(.milliseconds(1))
        #expect(script.signals() == [.terminate])
        try script.pass(.milliseconds(250))
        #expect(script.signals() == [.terminate, .kill])
        #expect(script.board.nextDeadline == nil)
        try script.end(id, .killed)
        let record = try #require(script.answers(to: request).first).get()
        #expect(record.state == .killed)
        #expect(record.exitCode == nil)
        #expect(record.termination == Termination(stage: .sigkill, milliseconds: 5250, reaped: 1))
    }

    @Test("a worker that cannot be reached is ended by signals, and keeps the rest of its grace")
    func unreachable() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.terminate, id)
        try script.pass(.seconds(1))
        try script.receive(.task(id, .called(try script.lastCall().id, .unreachable(reason: "no answer"))))
        #expect(script.signals() == [.terminate])
        try script.pass(.milliseconds(3999))
        #expect(script.signals() == [.terminate])
        try script.pass(.milliseconds(1))
        #expect(script.signals() == [.terminate, .kill])
        try script.end(id, .killed)
        #expect(try script.record(id).state == .killed)
    }

    @Test("a worker that only SIGTERM reaches and that stops in time is terminated, not killed")
    func stopsOnSignal() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.terminate, id)
        try script.receive(.task(id, .called(try script.lastCall().id, .unreachable(reason: "no answer"))))
        try script.receive(.task(id, .updated(.outcome(.stopped))))
        try script.end(id)
        #expect(try script.record(id).state == .terminated)
        #expect(try script.record(id).termination?.stage == .sigterm)
    }

    @Test("work that completes after a request to stop has completed")
    func completesAnyway() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.terminate, id)
        try script.receive(.task(id, .updated(.outcome(.completed(1)))))
        try script.end(id)
        #expect(try script.answers(to: request).map { try $0.get().state } == [.completed])
        #expect(try script.record(id).result == 1)
    }

    @Test("an end is stored once, when the process group is empty, and shown once it is stored")
    func storedOnce() throws {
        var script = BoardScript()
        script.storesAtOnce = false
        let id = try script.running()
        try script.pass(.seconds(1))
        try script.receive(.task(id, .updated(.outcome(.completed(7)))))
        #expect(script.stored.isEmpty)
        try script.pass(.seconds(1))
        try script.end(id, .exited(code: 3))
        try script.pass(.seconds(1))
        #expect(try script.record(id).state == .stopping)
        #expect(try script.record(id).reason == .storing)
        try script.receive(.task(id, .stored))
        let record = try script.record(id)
        #expect(script.stored == [record])
        #expect(record.state == .completed)
        #expect(record.exitCode == 3)
        // The time of the end, not of the outcome or of the disk.
        #expect(record.finishedAt == Timestamp(milliseconds: 2000))
        // Lists of recent ends go by when an end was shown.
        #expect(script.board.finished(since: script.now.wall, at: script.now).map(\.id) == [id])
    }

    @Test("work that has completed when it is killed has completed, and its record contains how it ended")
    func killedAfterOutcome() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.receive(.task(id, .updated(.outcome(.completed(7)))))
        let request = try script.request(.kill, id)
        try script.end(id, .killed)
        let record = try script.record(id)
        #expect(record.state == .completed)
        #expect(record.exitCode == nil)
        #expect(record.termination?.stage == .sigkill)
        #expect(script.stored == [record])
        #expect(try script.answers(to: request).map { try $0.get() } == [record])
    }

    @Test("force is SIGKILL at once, and answered when the process has ended", arguments: [true, false])
    func force(hasStarted: Bool) throws {
        var script = BoardScript()
        let id = hasStarted ? try script.running() : try script.submit()
        let request = try script.request(.kill, id)
        #expect(script.signals() == [.kill])
        if !hasStarted {
            // There was no process for the first signal.
            try script.receive(.task(id, .started(pid: 42)))
            #expect(script.signals() == [.kill, .kill])
        }
        #expect(script.answers(to: request).isEmpty)
        try script.end(id, .killed)
        let record = try #require(script.answers(to: request).first).get()
        #expect(record.state == .killed)
        #expect(record.termination?.stage == .sigkill)
    }

    @Test("force hastens a graceful end, and both are answered")
    func hasten() throws {
        var script = BoardScript()
        let id = try script.running()
        let graceful = try script.request(.terminate, id)
        let forced = try script.request(.kill, id)
        #expect(script.signals() == [.kill])
        try script.end(id, .killed)
        #expect(try script.answers(to: graceful).map { try $0.get().state } == [.killed])
        #expect(try script.answers(to: forced).map { try $0.get().state } == [.killed])
    }

    @Test("a graceful end requested before the worker's port is open is passed on once it is")
    func earlyTerminate() throws {
        var script = BoardScript()
        let id = try script.submit()
        try script.request(.terminate, id)
        try script.receive(.task(id, .started(pid: 42)))
        try script.receive(.task(id, .updated(.hello(BoardScript.address))))
        #expect(try script.lastCall().command == .terminate)
        #expect(try script.record(id).state == .stopping)
        try script.receive(.task(id, .updated(.outcome(.stopped))))
        try script.end(id)
        #expect(try script.record(id).state == .terminated)
    }

    @Test("an end is shown once it is stored, and requests in between are answered then")
    func storing() throws {
        var script = BoardScript(maxRunning: nil)
        script.storesAtOnce = false
        let id = try script.running()
        try script.receive(.task(id, .updated(.outcome(.completed(7)))))
        try script.end(id)
        #expect(script.stored.last?.state == .completed)
        #expect(try script.record(id).state == .stopping)
        let (kill, pause) = (try script.request(.kill, id), try script.request(.pause, id))
        #expect(script.answers(to: kill).isEmpty)
        try script.receive(.task(id, .stored))
        #expect(try script.record(id) == script.stored.last)
        #expect(script.answers(to: kill) == [.success(try script.record(id))])
        #expect(script.answers(to: pause) == [.failure(.invalidState(id, action: .pause, current: .completed))])
    }
}
