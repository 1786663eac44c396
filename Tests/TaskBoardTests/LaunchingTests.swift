import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("Launches that yield no worker")
struct LaunchingTests {
    private static func script(maxRunning: Int? = nil, keepsQueue: Bool = true, requeues: Bool = false) -> BoardScript {
        BoardScript(
            TaskBoard.Policy(maxRunning: maxRunning, keepsQueue: keepsQueue, requeuesInterrupted: requeues))
    }

    private static func changes(_ script: BoardScript) -> [String?] {
        script.actions.compactMap {
            if case .report(.launchingChanged(let failure)) = $0 { .some(failure) } else { nil }
        }
    }

    @Test("requeue the task as it was, and store it so")
    func putBack() throws {
        var script = Self.script()
        let id = try script.submit(.with(priority: 7, retries: 2))
        let pause = try script.request(.pause, id)
        try script.receive(.task(id, .launchFailed(reason: "no such file")))
        let record = try script.record(id)
        #expect(record.state == .queued)
        #expect(record.attempt == 1)
        #expect(record.attempts.isEmpty)
        #expect(record.options == .with(priority: 7, retries: 2))
        #expect(record.queuePosition == 1)
        #expect(script.stored.map(\.state) == [.queued])
        #expect(script.answers(to: pause) == [.failure(.invalidState(id, action: .pause, current: .queued))])
        #expect(script.board.launching.failure == "no such file")
    }

    @Test("suspend all others, for 1 s, then 2, 4, up to 30; one success after the other resumes them")
    func backOff() throws {
        var script = Self.script()
        let ids = [try script.submit(), try script.submit(), try script.submit()]
        for id in ids { try script.receive(.task(id, .launchFailed(reason: "no room"))) }
        let later = try script.submit()
        #expect(script.launched.count == 3)
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            let before = script.launched.count
            try script.pass(.milliseconds(seconds * 1000 - 1))
            #expect(script.launched.count == before)
            try script.pass(.milliseconds(1))
            // A single one, the first in the queue.
            #expect(script.launched.dropFirst(before) == [ids[0]])
            try script.receive(.task(ids[0], .launchFailed(reason: "no room still")))
        }
        try script.pass(.seconds(30))
        #expect(Self.changes(script) == ["no room"])
        #expect(script.board.launching.failure == "no room still")
        for id in ids + [later] {
            #expect(script.launched.last == id)
            try script.open(id)
        }
        // Now all may start again; that it works is announced when it has for 1 s.
        let next = [try script.submit(), try script.submit()]
        #expect(script.launched.suffix(2) == next[...])
        #expect(Self.changes(script) == ["no room"])
        try script.pass(.seconds(1))
        #expect(script.board.launching == .ok)
        #expect(Self.changes(script) == ["no room", nil])
    }

    @Test("count as one if they are simultaneous; an earlier launch may succeed without ending the suspension")
    func together() throws {
        var script = Self.script()
        let ids = [try script.submit(), try script.submit(), try script.submit()]
        try script.receive(.task(ids[0], .launchFailed(reason: "no room")))
        try script.open(ids[1])
        try script.receive(.task(ids[2], .launchFailed(reason: "no room")))
        #expect(script.board.nextDeadline == .seconds(1))
        #expect(script.launched.count == 3)
    }

    @Test("are tried again as soon as another worker ends")
    func room() throws {
        var script = Self.script()
        let running = [try script.running(), try script.running()]
        let waiting = [try script.submit(), try script.submit()]
        for id in waiting { try script.receive(.task(id, .launchFailed(reason: "no room"))) }
        let launches = script.launched.count
        try script.end(running[0])
        #expect(script.launched.dropFirst(launches) == [waiting[0]])
        // The probe fails: the back-off continues.
        try script.receive(.task(waiting[0], .launchFailed(reason: "no room")))
        #expect(script.board.nextDeadline == .seconds(1))
        try script.end(running[1])
        try script.open(waiting[0])
        #expect(script.launched.last == waiting[1])
        try script.receive(.task(waiting[1], .launchFailed(reason: "no room")))
        #expect(script.board.nextDeadline.map { $0 > script.uptime } == true)
        try script.end(waiting[0])
        try script.open(waiting[1])
        #expect(script.board.launching.allowsAll)
    }

    @Test("let a queued task be ended as any other; with no other one queued the suspension is over")
    func ending() throws {
        var script = Self.script()
        let id = try script.submit()
        try script.receive(.task(id, .launchFailed(reason: "no room")))
        let end = try script.request(.terminate, id)
        #expect(try script.answers(to: end).map { try $0.get().state } == [.terminated])
        try script.pass(.milliseconds(999))
        #expect(script.board.launching.failure == "no room")
        try script.pass(.milliseconds(1))
        #expect(script.board.nextDeadline == nil)
        #expect(script.board.launching.failure == nil)
        #expect(Self.changes(script) == ["no room", nil])
        let next = try script.submit()
        try script.open(next)
        #expect(script.board.launching.allowsAll)
    }

    @Test("end a task whose end was requested meanwhile", arguments: [TaskAction.terminate, .kill])
    func endingMeanwhile(action: TaskAction) throws {
        var script = Self.script()
        let id = try script.submit()
        let end = try script.request(action, id)
        try script.receive(.task(id, .launchFailed(reason: "no room")))
        #expect(
            try script.answers(to: end).map { try $0.get().state } == [action == .kill ? .killed : .terminated])
    }

    @Test("leave the task queued in a shutdown", arguments: [true, false])
    func shutdown(keepsQueue: Bool) throws {
        var script = Self.script(keepsQueue: keepsQueue)
        let id = try script.submit()
        try script.receive(.shutdownRequested(byForce: false))
        try script.receive(.task(id, .launchFailed(reason: "no room")))
        #expect(try script.record(id).state == (keepsQueue ? .queued : .terminated))
        #expect(try script.record(id).attempts.isEmpty)
        #expect(script.isDrained)
    }

    @Test(
        "include those whose worker ends at once for lack of resources, or reports that",
        arguments: [true, false], [true, false])
    func resourcesExhausted(isOpen: Bool, isEnding: Bool) throws {
        var script = Self.script()
        let id = isOpen ? try script.running() : try script.submit()
        if !isOpen { try script.receive(.task(id, .started(pid: 42))) }
        if isOpen { try script.receive(.task(id, .updated(.outcome(.resourcesExhausted("no thread"))))) }
        let end = isEnding ? try script.request(.terminate, id) : nil
        try script.end(id, .exited(code: 71), log: isOpen ? nil : "no port")
        let record = try script.record(id)
        #expect(record.state == (isEnding ? .terminated : .queued))
        #expect(record.attempts.isEmpty)
        #expect(record.termination == nil)
        if let end { #expect(script.answers(to: end).count == 1) }
        guard !isEnding else { return }
        #expect(record.pid == nil)
        #expect(record.workerPort == nil)
        #expect(record.startedAt == nil)
        #expect(script.board.launching.failure == (isOpen ? "no thread" : "no port"))
    }

    @Test("are not those of a worker that has begun and exits with that code, nor of one that exits with another")
    func others() throws {
        var script = Self.script()
        let first = try script.running()
        try script.end(first, .exited(code: 71))
        #expect(try script.record(first).state == .failed)
        let second = try script.submit()
        try script.end(second, .exited(code: 1))
        #expect(try script.record(second).state == .failed)
        #expect(script.board.launching == .ok)
    }

    @Test("continue the back-off, and are logged once, where a worker finds out only after it has begun")
    func lateDiscovery() throws {
        var script = Self.script()
        let id = try script.submit()
        for seconds in [1, 2, 4] {
            try script.open(id)
            try script.receive(.task(id, .updated(.outcome(.resourcesExhausted("no thread")))))
            try script.end(id, .exited(code: 71))
            let before = script.launched.count
            try script.pass(.milliseconds(seconds * 1000 - 1))
            #expect(script.launched.count == before)
            try script.pass(.milliseconds(1))
            #expect(script.launched.count == before + 1)
        }
        try script.open(id)
        #expect(Self.changes(script) == ["no thread"])
        try script.pass(.seconds(1))
        #expect(Self.changes(script) == ["no thread", nil])
    }

    @Test("fail the task, and suspend no other, for a reason that concerns the task alone")
    func unlaunchable() throws {
        var script = Self.script()
        let (first, second) = (try script.submit(), try script.submit())
        try script.receive(.task(first, .unlaunchable(reason: "its data is gone")))
        #expect(try script.record(first).error == "the worker could not be started: its data is gone")
        try script.receive(.task(second, .launchFailed(reason: "no room")))
        try script.pass(.seconds(1))
        try script.receive(.task(second, .unlaunchable(reason: "its data is gone")))
        let third = try script.submit()
        #expect(script.launched.last == third)
    }

    @Test("leave no slot to reserve until they succeed again")
    func slots() throws {
        var script = Self.script(maxRunning: 2)
        let id = try script.submit()
        try script.receive(.task(id, .launchFailed(reason: "no room")))
        let slot1 = script.reserveSlot()
        #expect(!slot1)
        try script.pass(.seconds(1))
        let slot2 = script.reserveSlot()
        #expect(!slot2)
        try script.open(id)
        let slot3 = script.reserveSlot()
        #expect(slot3)
    }
}
