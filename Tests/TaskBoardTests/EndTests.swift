import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("The end of a task")
struct EndTests {
    @Test("a graceful end goes through the worker's HTTP")
    func graceful() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.terminate, id)
        #expect(try script.lastCall().command == .terminate)
        #expect(try script.record(id).state == .stopping)
        #expect(try script.record(id).pending == .terminate)
        try script.pass(.milliseconds(20))
        try script.receive(.updated(id, .outcome(.stopped)))
        #expect(script.answers(to: request).isEmpty)
        try script.end(id)
        let record = try #require(script.answers(to: request).first).get()
        #expect(record.state == .terminated)
        #expect(record.termination == Termination(stage: .http, milliseconds: 20, reaped: 1))
        #expect(script.signals().isEmpty)
    }

    @Test("past the grace period the ladder is climbed: SIGTERM, then SIGKILL")
    func escalation() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.terminate, id)
        try script.receive(.called(id, try script.lastCall().id, .accepted))
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
        try script.receive(.called(id, try script.lastCall().id, .unreachable(reason: "no answer")))
        #expect(script.signals() == [.terminate])
        try script.pass(.milliseconds(3999))
        #expect(script.signals() == [.terminate])
        try script.pass(.milliseconds(1))
        #expect(script.signals() == [.terminate, .kill])
        try script.end(id, .killed)
        #expect(try script.record(id).state == .killed)
    }

    @Test("who hears only SIGTERM but stops by itself in time is terminated, not killed")
    func stopsOnSignal() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.terminate, id)
        try script.receive(.called(id, try script.lastCall().id, .unreachable(reason: "no answer")))
        try script.receive(.updated(id, .outcome(.stopped)))
        try script.end(id)
        #expect(try script.record(id).state == .terminated)
        #expect(try script.record(id).termination?.stage == .sigterm)
    }

    @Test("work that completes while it is asked to stop has completed")
    func completesAnyway() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.terminate, id)
        try script.receive(.updated(id, .outcome(.completed(1))))
        try script.end(id)
        #expect(try script.answers(to: request).map { try $0.get().state } == [.completed])
        #expect(try script.record(id).result == 1)
    }

    @Test(
        "what a worker has completed is stored while it exits, and told when both are done", arguments: [true, false])
    func storedAhead(isStoredFirst: Bool) throws {
        var script = BoardScript()
        script.storesAtOnce = false
        let id = try script.running()
        try script.pass(.seconds(1))
        try script.receive(.updated(id, .outcome(.completed(7))))
        let stored = try #require(script.stored.last)
        #expect(stored.state == .completed)
        #expect(stored.exitCode == 0)
        try script.pass(.seconds(1))
        for step in [isStoredFirst, !isStoredFirst] {
            #expect(try script.record(id).state == .stopping)
            if step { try script.receive(.stored(id)) } else { try script.end(id) }
        }
        #expect(try script.record(id) == stored)
        #expect(script.stored.count == 1)
        // It is new to whoever looks for what has ended lately, though it ended before.
        #expect(script.board.finished(since: script.now.wall, at: script.now).map(\.id) == [id])
    }

    @Test(
        "an end that comes other than it was stored is stored again before it is told",
        arguments: [true, false], [true, false])
    func foreseenWrongly(isStoredFirst: Bool, isKilled: Bool) throws {
        var script = BoardScript()
        script.storesAtOnce = false
        let id = try script.running()
        try script.receive(.updated(id, .outcome(.completed(7))))
        if isStoredFirst { try script.receive(.stored(id)) }
        let request = isKilled ? try script.request(.kill, id) : nil
        try script.end(id, isKilled ? .killed : .exited(code: 3))
        if !isStoredFirst { try script.receive(.stored(id)) }
        #expect(try script.record(id).state == .stopping)
        #expect(script.stored.count == 2)
        try script.receive(.stored(id))
        let record = try script.record(id)
        #expect(record.state == .completed)
        #expect(record.exitCode == (isKilled ? nil : 3))
        #expect(record.termination?.stage == (isKilled ? .sigkill : nil))
        #expect(script.stored.last == record)
        if let request { #expect(try script.answers(to: request).map { try $0.get() } == [record]) }
    }

    @Test("force is SIGKILL at once, and answered when the process is gone", arguments: [true, false])
    func force(hasStarted: Bool) throws {
        var script = BoardScript()
        let id = hasStarted ? try script.running() : try script.submit()
        let request = try script.request(.kill, id)
        #expect(script.signals() == [.kill])
        if !hasStarted {
            // The first signal met no process; the one that now exists gets its own.
            try script.receive(.started(id, pid: 42))
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

    @Test("a graceful end before the worker is open is passed on when it is")
    func earlyTerminate() throws {
        var script = BoardScript()
        let id = try script.submit()
        try script.request(.terminate, id)
        try script.receive(.started(id, pid: 42))
        try script.receive(.updated(id, .hello(BoardScript.address)))
        #expect(try script.lastCall().command == .terminate)
        #expect(try script.record(id).state == .stopping)
        try script.receive(.updated(id, .outcome(.stopped)))
        try script.end(id)
        #expect(try script.record(id).state == .terminated)
    }

    @Test("an end is told when it is stored, not before, and what is asked meanwhile is answered then")
    func storing() throws {
        var script = BoardScript(maxRunning: nil)
        script.storesAtOnce = false
        let id = try script.running()
        try script.receive(.updated(id, .outcome(.completed(7))))
        try script.end(id)
        #expect(script.stored.last?.state == .completed)
        #expect(try script.record(id).state == .stopping)
        let (kill, pause) = (try script.request(.kill, id), try script.request(.pause, id))
        #expect(script.answers(to: kill).isEmpty)
        try script.receive(.stored(id))
        #expect(try script.record(id) == script.stored.last)
        #expect(script.answers(to: kill) == [.success(try script.record(id))])
        #expect(script.answers(to: pause) == [.failure(.invalidState(id, action: .pause, current: .completed))])
    }
}
