import TaskModel
import Testing

@testable import TaskSupervisor

@Suite("Workers that do not answer")
struct SilenceTests {
    private func announcements(_ script: BoardScript) -> [String] {
        script.actions.compactMap { action in
            switch action {
            case .stoppedAnswering(let record): "silent \(record.state)"
            case .answersAgain(let record, let silence): "answers \(record.state) after \(silence.wholeMilliseconds)"
            default: nil
            }
        }
    }

    @Test("a worker that is stopped by a signal does not answer until it goes on, whatever is still in its pipe")
    func stopped() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.pass(.seconds(3))
        try script.receive(.stopped(id))
        let since = script.now.wall
        try script.pass(.seconds(14))
        try script.receive(.updated(id, .progress(TaskProgress(done: 1, total: 3))))
        let record = try script.record(id)
        #expect(record.state == .running)
        #expect(record.notAnsweringSince == since)
        #expect(record.reason == .notAnswering(since: since, isStopped: true))
        try script.receive(.continued(id))
        #expect(try script.record(id).notAnsweringSince == nil)
        #expect(try script.record(id).reason == nil)
        #expect(announcements(script) == ["silent running", "answers running after 14000"])
    }

    @Test("what is stopped and has no worker any more is not missed, and the next attempt begins anew")
    func withoutWorker() throws {
        var script = BoardScript()
        var options = TaskOptions()
        options.retries = 1
        let id = try script.running(options)
        try script.receive(.stopped(id))
        try script.end(id, .killed)
        #expect(try script.record(id).state == .queued)
        #expect(try script.record(id).notAnsweringSince == nil)
        try script.pass(.seconds(1))
        try script.open(id)
        #expect(try script.record(id).state == .running)
        #expect(try script.record(id).notAnsweringSince == nil)
        try script.end(id, .killed)
        try script.receive(.stopped(id))
        #expect(try script.record(id).notAnsweringSince == nil)
        #expect(announcements(script) == ["silent running"])
    }

    @Test("nothing is announced of a worker that is stopped while its task is ending")
    func ending() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.terminate, id)
        try script.receive(.stopped(id))
        #expect(try script.record(id).notAnsweringSince != nil)
        try script.receive(.continued(id))
        #expect(announcements(script).isEmpty)
    }
}
