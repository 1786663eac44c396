import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("Workers that do not answer")
struct SilenceTests {
    private func announcements(_ script: BoardScript) -> [String] {
        script.actions.compactMap { action in
            switch action {
            case .report(.stoppedAnswering(let record)): "silent \(record.state)"
            case .report(.answersAgain(let record, let silence)):
                "answers \(record.state) after \(silence.wholeMilliseconds)"
            default: nil
            }
        }
    }

    @Test("a worker that is stopped by a signal does not answer until it continues, whatever is still in its pipe")
    func stopped() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.pass(.seconds(3))
        try script.receive(.task(id, .stopped))
        let since = script.now.wall
        try script.pass(.seconds(14))
        try script.receive(.task(id, .updated(.progress(TaskProgress(done: 1, total: 3)))))
        let record = try script.record(id)
        #expect(record.state == .running)
        #expect(record.notAnsweringSince == since)
        #expect(record.reason == .notAnswering(since: since, isStopped: true))
        try script.receive(.task(id, .continued))
        #expect(try script.record(id).notAnsweringSince == nil)
        #expect(try script.record(id).reason == nil)
        #expect(announcements(script) == ["silent running", "answers running after 14000"])
    }

    @Test("a stop ends with the worker, and the next attempt begins anew")
    func withoutWorker() throws {
        var script = BoardScript()
        let id = try script.running(.with(retries: 1))
        try script.receive(.task(id, .stopped))
        try script.end(id, .killed)
        #expect(try script.record(id).state == .queued)
        #expect(try script.record(id).notAnsweringSince == nil)
        try script.pass(.seconds(1))
        try script.open(id)
        #expect(try script.record(id).state == .running)
        #expect(try script.record(id).notAnsweringSince == nil)
        try script.end(id, .killed)
        try script.receive(.task(id, .stopped))
        #expect(try script.record(id).notAnsweringSince == nil)
        #expect(announcements(script) == ["silent running"])
    }

    @Test("a worker that is stopped while its task is ending is not logged")
    func ending() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.terminate, id)
        try script.receive(.task(id, .stopped))
        #expect(try script.record(id).notAnsweringSince != nil)
        try script.receive(.task(id, .continued))
        #expect(announcements(script).isEmpty)
    }

    @Test(
        "a call that is missed counts as not answering until the next sign of life",
        arguments: ["line", "text", "answer", "continued", "probe"])
    func missedCall(life: String) throws {
        var script = BoardScript()
        let id = try script.running()
        let request = try script.request(.pause, id)
        try script.pass(.milliseconds(999))
        #expect(try script.record(id).notAnsweringSince == nil)
        try script.pass(.milliseconds(1))
        let since = script.now.wall
        let record = try script.record(id)
        #expect(record.state == .running)
        #expect(record.notAnsweringSince == since)
        #expect(record.reason == .notAnswering(since: since, isStopped: false))
        #expect(script.answers(to: request).count == 1)
        try script.pass(.seconds(2))
        switch life {
        case "line": try script.receive(.task(id, .updated(.progress(TaskProgress(done: 1, total: 3)))))
        case "text": try script.receive(.task(id, .logged))
        case "answer": try script.receive(.task(id, .called(try script.lastCall().id, .accepted)))
        case "continued": try script.receive(.task(id, .continued))
        default: try script.receive(.task(id, .probed(BoardScript.address, isAnswering: true)))
        }
        #expect(try script.record(id).notAnsweringSince == nil)
        #expect(try script.record(id).reason == nil)
        #expect(announcements(script) == ["silent running", "answers running after 2000"])
    }

    @Test("a worker that answers the call is not silent, even without the effect")
    func answeredWithoutEffect() throws {
        for result in [CallResult.accepted, .refused] {
            var script = BoardScript()
            let id = try script.running()
            try script.request(.pause, id)
            try script.receive(.task(id, .called(try script.lastCall().id, result)))
            try script.pass(.seconds(1))
            #expect(try script.record(id).notAnsweringSince == nil)
            #expect(announcements(script).isEmpty)
        }
    }

    @Test("an unanswered request for its status counts if it was this attempt's worker")
    func missedProbe() throws {
        var script = BoardScript()
        let id = try script.running()
        let other = WorkerAddress(host: "127.0.0.1", port: 4001)
        try script.receive(.task(id, .probed(other, isAnswering: false)))
        #expect(try script.record(id).notAnsweringSince == nil)
        try script.receive(.task(id, .probed(BoardScript.address, isAnswering: false)))
        #expect(try script.record(id).notAnsweringSince == script.now.wall)
    }

    @Test(
        "a worker that has missed a call is probed again, with growing delays, until it answers; a stopped one is not"
    )
    func probes() throws {
        var script = BoardScript()
        let id = try script.running()
        var times: [Int] = []
        func probeAll(_ script: inout BoardScript, for duration: Duration) throws {
            let end = script.uptime + duration
            while let deadline = script.board.nextDeadline, deadline <= end {
                let known = script.probes
                try script.pass(deadline - script.uptime)
                guard script.probes > known else { continue }
                times.append(script.uptime.wholeMilliseconds / 1000)
                try script.receive(.task(id, .probed(BoardScript.address, isAnswering: false)))
            }
        }
        try script.receive(.task(id, .probed(BoardScript.address, isAnswering: false)))
        try probeAll(&script, for: .seconds(100))
        #expect(times == [1, 3, 7, 15, 31, 61, 91])
        let asked = script.probes
        try script.receive(.task(id, .stopped))
        try script.pass(.seconds(200))
        try script.receive(.task(id, .continued))
        try script.pass(.seconds(200))
        try script.receive(.task(id, .probed(BoardScript.address, isAnswering: false)))
        try script.receive(.task(id, .probed(BoardScript.address, isAnswering: true)))
        try script.pass(.seconds(200))
        #expect(script.probes == asked)
        #expect(script.board.nextDeadline == nil)
        #expect(try script.record(id).state == .running)
    }

    @Test("a probe changes neither a call that waits for its effect nor a timeout")
    func probesBesideCalls() throws {
        var script = BoardScript()
        let id = try script.running(.with(timeout: 10))
        try script.receive(.task(id, .probed(BoardScript.address, isAnswering: false)))
        try script.pass(.milliseconds(500))
        let request = try script.request(.pause, id)
        try script.pass(.milliseconds(600))
        #expect(script.probes == 1)
        #expect(script.answers(to: request).isEmpty)
        try script.pass(.milliseconds(400))
        #expect(script.answers(to: request).count == 1)
        try script.pass(.seconds(9))
        #expect(try script.record(id).state == .stopping)
        let probes = script.probes
        try script.pass(.seconds(60))
        #expect(script.probes == probes)
    }

    @Test("pausing a worker that is stopped fails with the cause; it is silent since it was stopped")
    func pausingStopped() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.receive(.task(id, .stopped))
        let since = script.now.wall
        try script.pass(.seconds(5))
        let request = try script.request(.pause, id)
        #expect(try script.record(id).reason == .notAnswering(since: since, isStopped: true))
        try script.pass(.seconds(1))
        guard case .failure(.workerUnresponsive(_, .pause, let reason))? = script.answers(to: request).first else {
            Issue.record("no answer that the worker does not respond")
            return
        }
        #expect(reason == "its worker has been stopped by a signal")
        #expect(try script.record(id).notAnsweringSince == since)
        try script.receive(.task(id, .continued))
        // It pauses late, and is resumed, as requested.
        try script.receive(.task(id, .updated(.paused)))
        #expect(try script.lastCall().command == .resume)
        #expect(announcements(script) == ["silent running", "answers running after 6000"])
    }

    @Test("one that is terminated has the escalation as its reason")
    func terminated() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.receive(.task(id, .stopped))
        try script.request(.terminate, id)
        guard case .ending(.request, _, next: .sigterm, _)? = try script.record(id).reason else {
            Issue.record("the reason is \(String(describing: try script.record(id).reason))")
            return
        }
        #expect(try script.record(id).notAnsweringSince != nil)
        try script.receive(.task(id, .called(try script.lastCall().id, .unreachable(reason: "late"))))
        try script.receive(.task(id, .continued))
        try script.end(id, .signaled(number: 15, name: "SIGTERM"))
        #expect(try script.record(id).notAnsweringSince == nil)
        #expect(announcements(script) == ["silent running"])
    }
}
