import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("Why a task does not run")
struct ReasonTests {
    @Test("a worker that has answered the request to terminate has the whole grace before SIGTERM")
    func answeredRequest() throws {
        var script = BoardScript(maxRunning: 1, keepsQueue: true)
        let id = try script.submit()
        try script.open(id)
        try script.request(.terminate, id)
        try script.pass(.milliseconds(500))
        try script.receive(.task(id, .called(script.lastCall().id, .accepted)))
        let (begin, end) = (Timestamp(milliseconds: 0), Timestamp(milliseconds: 5000))
        #expect(try script.record(id).reason == .ending(.request, since: begin, next: .sigterm, at: end))
        try script.pass(.milliseconds(4500))
        let last = Timestamp(milliseconds: 5250)
        #expect(try script.record(id).reason == .ending(.sigterm, since: end, next: .sigkill, at: last))
    }

    @Test("no slot: how many may run, which of them are paused, and how many tasks are before it")
    func noSlot() throws {
        var script = BoardScript(maxRunning: 2, keepsQueue: true)
        let (first, second) = (try script.running(), try script.running())
        let waiting = [try script.submit(), try script.submit(), try script.submit()]
        func sentences() throws -> [String?] { try waiting.map { try script.record($0).reason?.description } }
        #expect(try sentences()[0] == "2 of 2 may run; it is the next")
        try script.receive(.task(first, .updated(.paused)))
        #expect(try sentences()[1] == "2 of 2 may run, 1 is paused; 1 task is before it")
        try script.receive(.task(second, .updated(.paused)))
        #expect(try sentences()[2] == "2 of 2 may run, both are paused; 2 tasks are before it")
        try script.receive(.task(second, .updated(.resumed)))
        try script.end(first)
        #expect(try script.record(waiting[0]).state == .starting)
        #expect(try sentences()[1] == "2 of 2 may run; it is the next")
        try script.receive(.queuePaused(true))
        #expect(try sentences()[1...] == ["the queue is held", "the queue is held"])
        try script.receive(.queuePaused(false))
        try script.receive(.shutdownRequested(byForce: false))
        #expect(try sentences()[2] == "the service is ending")
    }

    @Test("a launch that fails: why")
    func launchFailure() throws {
        var script = BoardScript(maxRunning: 2, keepsQueue: true)
        let id = try script.submit()
        try script.receive(.task(id, .launchFailed(reason: "no descriptors")))
        #expect(try script.record(id).reason?.description == "no worker can be started: no descriptors")
    }

    @Test("a time of the client's, with the queue paused or not")
    func notBefore() throws {
        var script = BoardScript(maxRunning: 1, keepsQueue: true)
        let id = try script.submit(.with(notBefore: 86_400_000))
        #expect(try script.record(id).reason?.description == "not before 1970-01-02T00:00:00Z")
        try script.receive(.queuePaused(true))
        #expect(try script.record(id).reason?.description == "not before 1970-01-02T00:00:00Z")
    }

    @Test("another attempt: which, when, and what was wrong with the one before")
    func retry() throws {
        var script = BoardScript(maxRunning: 1, keepsQueue: true)
        let id = try script.running(.with(timeout: 8, retries: 2))
        try script.pass(.seconds(8))
        try script.end(id, .exited(code: 0))
        #expect(
            try script.record(id).reason?.description == "attempt 2 of 3 at 1970-01-01T00:00:09Z: timed out after 8 s")
        #expect(try #require(script.stored.last).state == .queued)
        try script.pass(.seconds(1))
        try script.open(id)
        #expect(try script.record(id).reason == nil)
        try script.end(id, .exited(code: 1))
        #expect(
            try script.record(id).reason?.description
                == "attempt 3 of 3 at 1970-01-01T00:00:11Z: the worker exited with code 1 before it reported an outcome"
        )
    }

    @Test("each phase with a worker, by the time at which it began")
    func withWorker() throws {
        var script = BoardScript(maxRunning: 1, keepsQueue: true)
        func reason(_ id: TaskID) throws -> TaskReason? { try script.record(id).reason }
        let time = { (seconds: Double) in Timestamp(milliseconds: Int64(seconds * 1000)) }
        try script.pass(.seconds(1))
        let id = try script.submit()
        try script.pass(.seconds(1))
        #expect(try reason(id) == .starting(since: time(1)))
        try script.open(id)
        #expect(try reason(id) == nil)
        try script.request(.pause, id)
        try script.pass(.milliseconds(500))
        #expect(try reason(id) == .awaitingWorker(.pause, since: time(2)))
        try script.receive(.task(id, .updated(.paused)))
        try script.pass(.seconds(1))
        #expect(try reason(id) == .paused(since: time(2.5)))
        try script.request(.resume, id)
        #expect(try reason(id) == .awaitingWorker(.resume, since: time(3.5)))
        try script.receive(.task(id, .updated(.resumed)))
        #expect(try reason(id) == nil)
        try script.request(.terminate, id)
        // A worker that does not answer within a second gets SIGTERM then.
        #expect(try reason(id) == .ending(.request, since: time(3.5), next: .sigterm, at: time(4.5)))
        try script.pass(.seconds(1))
        try script.receive(.task(id, .called(script.lastCall().id, .unreachable(reason: "late"))))
        #expect(try reason(id) == .ending(.sigterm, since: time(4.5), next: .sigkill, at: time(8.5)))
        // Setting the clock does not change the reason.
        script.setClock(forwardBy: .seconds(3600))
        #expect(try reason(id) == .ending(.sigterm, since: time(4.5), next: .sigkill, at: time(8.5)))
        try script.pass(.seconds(4))
        #expect(try reason(id) == .ending(.sigkill, since: time(3608.5), next: nil, at: nil))
        script.storesAtOnce = false
        try script.end(id, .killed)
        #expect(try reason(id) == .storing)
        #expect(try #require(script.stored.last).reason == nil)
        try script.receive(.task(id, .stored))
        #expect(try reason(id) == nil)
    }

    @Test("a worker that has reported its outcome and does not exit")
    func exiting() throws {
        var script = BoardScript(maxRunning: 1, keepsQueue: true)
        let id = try script.running()
        try script.receive(.task(id, .updated(.outcome(.failed("no")))))
        try script.pass(.seconds(1))
        #expect(try script.record(id).reason == .exiting(since: Timestamp(milliseconds: 0)))
    }

    @Test("the same reason in lists, dumps and single records")
    func everywhere() throws {
        var script = BoardScript(maxRunning: 1, keepsQueue: true)
        _ = try script.running()
        let ids = [try script.submit(), try script.submit(.with(notBefore: 60_000))]
        let reasons = try ids.map { try script.record($0).reason }
        #expect(!reasons.contains(nil))
        let (items, _) = script.board.page(TaskQuery(), at: script.now)
        let (dumped, _) = script.board.alive(waiting: 10, at: script.now)
        for (id, reason) in zip(ids, reasons) {
            let item = try #require(items.first { $0.id == id })
            let record = try JSONCoding.decode(TaskRecord.self, from: item.text().utf8)
            #expect(record.reason?.description == reason?.description)
            #expect(dumped.first { $0.id == id }?.reason == reason)
        }
    }
}
