import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("A task that returns to the queue")
struct RequeueTests {
    /// Why it returns.
    enum Cause: CaseIterable {
        case retry, failedLaunch, resourcesExhausted, shutdown, crash
    }

    /// A task that is being stored as queued, and its record before.
    private static func returning(_ cause: Cause) throws -> (script: BoardScript, before: TaskRecord) {
        var script = BoardScript(maxRunning: 1, keepsQueue: true, requeues: true)
        script.storesAtOnce = false
        if cause == .crash {
            var record = script.newRecord()
            record.state = .starting
            try script.receive(.restored([], interrupted: [record], TaskTally()))
            return (script, record)
        }
        let id = try cause == .failedLaunch ? script.submit() : script.running(.with(retries: 1))
        switch cause {
        case .retry: try script.receive(.task(id, .updated(.outcome(.failed("no luck")))))
        case .resourcesExhausted: try script.receive(.task(id, .updated(.outcome(.resourcesExhausted("no thread")))))
        case .shutdown: try script.receive(.shutdownRequested(byForce: false))
        case .failedLaunch, .crash: break
        }
        let before = try script.record(id)
        if cause == .failedLaunch {
            try script.receive(.task(id, .launchFailed(reason: "no room")))
        } else {
            try script.end(id, .exited(code: cause == .resourcesExhausted ? 71 : 0))
        }
        return (script, before)
    }

    @Test("is shown as before until it is stored so, and has its slot", arguments: Cause.allCases)
    func storedFirst(cause: Cause) throws {
        var (script, before) = try Self.returning(cause)
        let id = before.id
        var shown = try script.record(id)
        #expect(shown.state == before.state)
        #expect(shown.reason == .storing)
        #expect(shown.attempts.isEmpty)
        #expect(script.board.queue == QueueStatus(isPaused: false, maxRunning: 1, active: 1, queued: 0))
        #expect(!script.isDrained)
        try script.pass(.seconds(5))
        #expect(try script.record(id) == shown)
        try script.receive(.task(id, .stored))
        shown = try script.record(id)
        let stored = try #require(script.stored.first)
        #expect(script.stored.count == 1)
        #expect(stored.state == .queued)
        #expect(stored.attempts.count == (cause == .failedLaunch || cause == .resourcesExhausted ? 0 : 1))
        #expect(shown.attempts == stored.attempts)
        #expect(script.isDrained == (cause == .shutdown))
        // Its time has come meanwhile.
        try script.receive(.ticked)
        #expect(try script.record(id).state == (cause == .shutdown ? .queued : .starting))
    }

    @Test("is ended once it is stored if that is requested meanwhile, and cannot be paused", arguments: Cause.allCases)
    func requests(cause: Cause) throws {
        var (script, before) = try Self.returning(cause)
        let id = before.id
        let pause = try script.request(.pause, id)
        let ends = [try script.request(.kill, id), try script.request(.terminate, id)]
        try script.receive(.task(id, .stored))
        #expect(script.answers(to: pause) == [.failure(.invalidState(id, action: .pause, current: .queued))])
        #expect(try script.record(id).state == .queued)
        #expect(ends.allSatisfy { script.answers(to: $0).isEmpty })
        #expect(script.stored.map(\.state) == [.queued, .killed])
        #expect(!script.isDrained)
        try script.receive(.task(id, .stored))
        let record = try script.record(id)
        #expect(record.state == .killed)
        #expect(script.stored.last == record)
        #expect(ends.allSatisfy { script.answers(to: $0) == [.success(record)] })
        #expect(script.launched.count == (cause == .crash ? 0 : 1))
        #expect(script.isDrained == (cause == .shutdown))
    }

    @Test("starts before later ones after a restart, although it is stored only then")
    func order() throws {
        var script = BoardScript(maxRunning: 1, keepsQueue: true, requeues: true)
        script.storesAtOnce = false
        var first = script.newRecord()
        let second = script.newRecord()
        first.state = .starting
        try script.receive(.restored([second], interrupted: [first], TaskTally()))
        #expect(script.launched.isEmpty)
        try script.receive(.task(first.id, .stored))
        #expect(script.launched == [first.id])
    }

    @Test("keeps other launches suspended while it is being stored")
    func suspension() throws {
        var script = BoardScript(maxRunning: nil, keepsQueue: true)
        script.storesAtOnce = false
        let other = try script.running()
        let id = try script.submit()
        try script.receive(.task(id, .launchFailed(reason: "no room")))
        // Another worker's end makes the next launch a probe.
        try script.end(other)
        try script.pass(.seconds(2))
        #expect(script.board.launching.failure == "no room")
        try script.receive(.task(id, .stored))
        #expect(script.launched == [other, id, id])
        try script.open(id)
        try script.pass(.seconds(1))
        #expect(script.board.launching == .ok)
    }
}
