import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("Pauses and resumes")
struct PauseTests {
    @Test("a pause is answered once the worker reports it")
    func acknowledgedPause() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.pause, id)
        #expect(try script.lastCall().command == .pause)
        #expect(try script.record(id).state == .running)
        #expect(try script.record(id).pending == .pause)
        try script.receive(.task(id, .called(try script.lastCall().id, .accepted)))
        #expect(script.answers(to: request).isEmpty)
        try script.receive(.task(id, .updated(.paused)))
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
        try script.receive(.task(id, .updated(.paused)))
        try script.pass(.seconds(10))
        #expect(try script.record(id).activeMilliseconds == 1000)
        #expect(try script.record(id).pausedMilliseconds == 10_000)
        try script.receive(.task(id, .updated(.resumed)))
        try script.pass(.seconds(3))
        #expect(try script.record(id).activeMilliseconds == 4000)
        #expect(try script.record(id).pausedMilliseconds == 10_000)
    }

    @Test("a request for the state that a task has is answered at once, without a call")
    func idempotence() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.resume, id)
        #expect(try script.answers(to: request).map { try $0.get().state } == [.running])
        #expect(!script.actions.contains { if case .call = $0 { true } else { false } })
    }

    @Test("a pause requested before the worker's port is open waits for it")
    func earlyPause() throws {
        var script = BoardScript()
        let id = try script.submit()
        let request = try script.request(.pause, id)
        #expect(try script.record(id).pending == .pause)
        #expect(script.answers(to: request).isEmpty)
        try script.receive(.task(id, .started(pid: 42)))
        try script.receive(.task(id, .updated(.hello(BoardScript.address))))
        #expect(try script.lastCall().command == .pause)
        try script.receive(.task(id, .updated(.paused)))
        #expect(try script.answers(to: request).map { try $0.get().state } == [.paused])
    }

    @Test("pauses and resumes that cross are done one after the other")
    func order() throws {
        var script = BoardScript()
        let id = try script.running()
        let pause = try script.request(.pause, id)
        let resume = try script.request(.resume, id)
        #expect(try script.lastCall().command == .pause)
        try script.receive(.task(id, .updated(.paused)))
        #expect(script.answers(to: pause).count == 1)
        #expect(try script.lastCall().command == .resume)
        try script.receive(.task(id, .updated(.resumed)))
        #expect(try script.answers(to: resume).map { try $0.get().state } == [.running])
    }

    @Test("a worker that does not acknowledge in 1 s is an error, and the pause is undone")
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
        // The worker pauses all the same, which is shown, and undone.
        try script.receive(.task(id, .updated(.paused)))
        #expect(try script.record(id).state == .paused)
        #expect(script.answers(to: request).count == 1)
        #expect(script.calls.map(\.command) == [.pause, .resume, .resume])
        try script.receive(.task(id, .updated(.resumed)))
        #expect(try script.record(id).state == .running)
        #expect(script.calls.count == 3)
    }

    @Test("a resume that was answered with an error is undone, too")
    func unacknowledgedResume() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.receive(.task(id, .updated(.paused)))
        try script.request(.resume, id)
        try script.pass(.seconds(1))
        #expect(script.calls.map(\.command) == [.resume, .pause])
        try script.receive(.task(id, .updated(.resumed)))
        #expect(script.calls.map(\.command) == [.resume, .pause, .pause])
    }

    @Test("a pause that is requested again is not undone")
    func pauseAgain() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.pause, id)
        try script.pass(.seconds(1))
        let second = try script.request(.pause, id)
        try script.receive(.task(id, .updated(.paused)))
        #expect(try script.answers(to: second).map { try $0.get().state } == [.paused])
        #expect(script.calls.map(\.command) == [.pause, .resume, .pause])
    }

    @Test("of two pending pauses, the first one's error does not undo the second")
    func twoPauses() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.pause, id)
        let second = try script.request(.pause, id)
        try script.pass(.seconds(1))
        #expect(script.calls.map(\.command) == [.pause, .pause])
        try script.receive(.task(id, .updated(.paused)))
        #expect(try script.answers(to: second).map { try $0.get().state } == [.paused])
    }

    @Test("a pause that meets the end of the work is refused, naming the state")
    func pauseMeetsEnd() throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.pause, id)
        try script.receive(.task(id, .called(try script.lastCall().id, .unreachable(reason: "refused"))))
        #expect(script.answers(to: request).isEmpty)
        try script.receive(.task(id, .updated(.outcome(.completed(.null)))))
        #expect(
            script.answers(to: request) == [.failure(.invalidState(id, action: .pause, current: .stopping))])
    }
}
