import JSON
import TaskModel
import Testing
import WorkerProtocol

@testable import TaskBoard
@testable import TaskSupervisor

@Suite("What the board decides")
struct TaskBoardTests {
    @Test("a task starts, works and completes")
    func life() throws {
        var script = BoardScript()
        let id = try script.submit()
        #expect(try script.record(id).state == .starting)
        try script.receive(.started(id, pid: 42))
        try script.receive(.updated(id, .hello(BoardScript.address)))
        #expect(try script.record(id).state == .running)
        #expect(try script.record(id).workerPort == 4000)
        try script.pass(.seconds(2))
        try script.receive(.updated(id, .progress(TaskProgress(done: 1, total: 3, step: "item 2 of 3"))))
        try script.receive(.updated(id, .outcome(.completed(["processed": 3]))))
        #expect(try script.record(id).state == .stopping)
        try script.end(id)
        let record = try script.record(id)
        #expect(record.state == .completed)
        #expect(record.result == ["processed": 3])
        #expect(record.exitCode == 0)
        #expect(record.termination == nil)
        #expect(record.activeMilliseconds == 2000)
        #expect(record.pid == 42)
        #expect(script.board.tally.byState.filter { $0.value != 0 } == [.completed: 1])
    }

    @Test("a pause is answered when the worker says so, not before")
    func acknowledgedPause() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.pause, id)
        #expect(try script.lastCall().command == .pause)
        #expect(try script.record(id).state == .running)
        #expect(try script.record(id).pending == .pause)
        try script.receive(.called(id, try script.lastCall().id, .accepted))
        #expect(script.answers(to: request).isEmpty)
        try script.receive(.updated(id, .paused))
        let answers = script.answers(to: request)
        #expect(answers.count == 1)
        #expect(try answers[0].get().state == .paused)
        #expect(try answers[0].get().pending == nil)
    }

    @Test("paused time is not running time")
    func pausedTime() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.pass(.seconds(1))
        try script.receive(.updated(id, .paused))
        try script.pass(.seconds(10))
        #expect(try script.record(id).activeMilliseconds == 1000)
        #expect(try script.record(id).pausedMilliseconds == 10_000)
        try script.receive(.updated(id, .resumed))
        try script.pass(.seconds(3))
        #expect(try script.record(id).activeMilliseconds == 4000)
        #expect(try script.record(id).pausedMilliseconds == 10_000)
    }

    @Test("asking for the state that a task has is answered at once and calls nobody")
    func idempotence() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.resume, id)
        #expect(try script.answers(to: request).map { try $0.get().state } == [.running])
        #expect(!script.actions.contains { if case .call = $0 { true } else { false } })
    }

    @Test("a pause that comes before the worker is open waits for it")
    func earlyPause() throws {
        var script = BoardScript()
        let id = try script.submit()
        let request = try script.request(.pause, id)
        #expect(try script.record(id).pending == .pause)
        #expect(script.answers(to: request).isEmpty)
        try script.receive(.started(id, pid: 42))
        try script.receive(.updated(id, .hello(BoardScript.address)))
        #expect(try script.lastCall().command == .pause)
        try script.receive(.updated(id, .paused))
        #expect(try script.answers(to: request).map { try $0.get().state } == [.paused])
    }

    @Test("pauses and resumes that cross are done one after the other")
    func order() throws {
        var script = BoardScript()
        let id = try script.running()
        let pause = try script.request(.pause, id)
        let resume = try script.request(.resume, id)
        #expect(try script.lastCall().command == .pause)
        try script.receive(.updated(id, .paused))
        #expect(script.answers(to: pause).count == 1)
        #expect(try script.lastCall().command == .resume)
        try script.receive(.updated(id, .resumed))
        #expect(try script.answers(to: resume).map { try $0.get().state } == [.running])
    }

    @Test("a worker that does not acknowledge in 1 s gives an error, and the pause is called off")
    func unacknowledged() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.pause, id)
        try script.pass(.milliseconds(999))
        #expect(script.answers(to: request).isEmpty)
        try script.pass(.milliseconds(1))
        #expect(throws: TaskError.self) { try script.answers(to: request).first?.get() }
        #expect(try script.record(id).state == .running)
        #expect(try script.record(id).pending == nil)
        #expect(script.calls.map(\.command) == [.pause, .resume])
        // It has come about all the same, which is shown, and undone.
        try script.receive(.updated(id, .paused))
        #expect(try script.record(id).state == .paused)
        #expect(script.answers(to: request).count == 1)
        #expect(script.calls.map(\.command) == [.pause, .resume, .resume])
        try script.receive(.updated(id, .resumed))
        #expect(try script.record(id).state == .running)
        #expect(script.calls.count == 3)
    }

    @Test("a resume that was answered with an error is called off, too")
    func unacknowledgedResume() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.receive(.updated(id, .paused))
        try script.request(.resume, id)
        try script.pass(.seconds(1))
        #expect(script.calls.map(\.command) == [.resume, .pause])
        try script.receive(.updated(id, .resumed))
        #expect(script.calls.map(\.command) == [.resume, .pause, .pause])
    }

    @Test("a pause that is asked for again is wanted again, and not undone")
    func pauseAgain() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.pause, id)
        try script.pass(.seconds(1))
        let second = try script.request(.pause, id)
        try script.receive(.updated(id, .paused))
        #expect(try script.answers(to: second).map { try $0.get().state } == [.paused])
        #expect(script.calls.map(\.command) == [.pause, .resume, .pause])
    }

    @Test("of two pauses that wait, the first one's error does not call off the second")
    func twoPauses() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.pause, id)
        let second = try script.request(.pause, id)
        try script.pass(.seconds(1))
        #expect(script.calls.map(\.command) == [.pause, .pause])
        try script.receive(.updated(id, .paused))
        #expect(try script.answers(to: second).map { try $0.get().state } == [.paused])
    }

    @Test("a decision with a defect changes nothing of its task, and loses nothing that was decided on others")
    func defect() throws {
        var script = BoardScript()
        let ids = [try script.running(), try script.running(), try script.running()]
        var step = BoardStep(
            rules: script.board.rules, isShuttingDown: true, now: script.now, nextCall: 100)
        let before = try script.record(ids[1])
        let results = ids.map { id in
            script.board.change(id, &step) { (entry, step) throws(IllegalTransition) in
                try step.shutDown(&entry, byForce: true)
                if id == ids[1] { throw IllegalTransition(state: .running, transition: .launch) }
            }
        }
        #expect(results == [true, false, true])
        #expect(try script.record(ids[1]) == before)
        let signaled = step.actions.compactMap { if case .signal(let id, .kill) = $0 { id } else { nil } }
        #expect(signaled == [ids[0], ids[2]])
        let defects = step.actions.compactMap { if case .defect(let id, _) = $0 { id } else { nil } }
        #expect(defects == [ids[1]])
    }

    @Test("a pause that meets the end of the work is refused, naming the state")
    func pauseMeetsEnd() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.pause, id)
        try script.receive(.called(id, try script.lastCall().id, .unreachable(reason: "refused")))
        #expect(script.answers(to: request).isEmpty)
        try script.receive(.updated(id, .outcome(.completed(.null))))
        #expect(
            script.answers(to: request) == [.failure(.invalidState(id, action: .pause, current: .stopping))])
    }

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

    @Test("a finished task refuses every action by 409", arguments: TaskAction.allCases)
    func finished(action: TaskAction) throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.kill, id)
        try script.end(id, .killed)
        let request = try script.request(action, id)
        #expect(script.answers(to: request) == [.failure(.invalidState(id, action: action, current: .killed))])
    }

    @Test("a request for a task that is not there is answered")
    func unknown() throws {
        var script = BoardScript()
        let id = try #require(TaskID("01ARYZ6S410000000000000000"))
        let request = try script.request(.pause, id)
        #expect(script.answers(to: request) == [.failure(.notFound(id.description))])
    }

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

    @Test("a list is filtered, paged and counted")
    func paging() throws {
        var script = BoardScript()
        let ids = [try script.running(), try script.running(), try script.submit(), try script.running()]
        try script.receive(.updated(ids[1], .paused))
        func page(_ query: TaskQuery) -> ([TaskID], Int) {
            (script.board.page(query, at: script.now).items.map(\.id), script.board.tally.count(query))
        }
        #expect(page(TaskQuery()) == (ids, 4))
        #expect(page(TaskQuery(states: [.running])) == ([ids[0], ids[3]], 2))
        #expect(page(TaskQuery(states: [.paused, .starting])) == ([ids[1], ids[2]], 2))
        #expect(page(TaskQuery(states: [])) == ([], 0))
        #expect(page(TaskQuery(type: "cpu_intensive")) == ([], 0))
        #expect(page(TaskQuery(limit: 2)) == ([ids[0], ids[1]], 4))
        #expect(page(TaskQuery(after: ids[1], limit: 1)) == ([ids[2]], 4))
        #expect(page(TaskQuery(after: ids[3])) == ([], 4))
    }
}
