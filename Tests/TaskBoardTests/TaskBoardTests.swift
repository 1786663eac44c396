import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("What the board decides")
struct TaskBoardTests {
    @Test("a task starts, works and completes")
    func life() throws {
        var script = BoardScript()
        let id = try script.submit()
        #expect(try script.record(id).state == .starting)
        try script.receive(.task(id, .started(pid: 42)))
        try script.receive(.task(id, .updated(.hello(BoardScript.address))))
        #expect(try script.record(id).state == .running)
        #expect(try script.record(id).workerPort == 4000)
        try script.pass(.seconds(2))
        try script.receive(.task(id, .updated(.progress(TaskProgress(done: 1, total: 3, step: "item 2 of 3")))))
        try script.receive(.task(id, .updated(.outcome(.completed(["processed": 3])))))
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

    @Test("a decision with a defect leaves its task unchanged, and keeps the decisions on others")
    func defect() throws {
        var script = BoardScript()
        let ids = [try script.running(), try script.running(), try script.running()]
        var step = BoardStep(
            rules: script.board.rules, isShuttingDown: true, now: script.now, nextCall: 100)
        let before = try script.record(ids[1])
        let results = ids.map { id in
            script.board.change(id, &step) { (entry, step) throws(IllegalTransition) in
                try step.end(&entry, byForce: true, for: .shutdown)
                if id == ids[1] { throw IllegalTransition(state: .running, transition: .launch) }
            }
        }
        #expect(results == [true, false, true])
        #expect(try script.record(ids[1]) == before)
        let signaled = step.actions.compactMap { if case .signal(let id, .kill) = $0 { id } else { nil } }
        #expect(signaled == [ids[0], ids[2]])
        let defects = step.actions.compactMap { if case .report(.defect(let id, _)) = $0 { id } else { nil } }
        #expect(defects == [ids[1]])
    }

    @Test("a list is filtered, paged and counted")
    func paging() throws {
        var script = BoardScript()
        let ids = [try script.running(), try script.running(), try script.submit(), try script.running()]
        try script.receive(.task(ids[1], .updated(.paused)))
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
