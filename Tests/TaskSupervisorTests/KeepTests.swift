import TaskModel
import Testing

@testable import TaskSupervisor

@Suite("What is kept of finished tasks")
struct KeepTests {
    @Test("the last ones to end are kept, whichever began first, and nothing that is alive goes")
    func last() throws {
        var script = BoardScript(TaskBoard.Policy(window: 2))
        let tasks = try (0..<5).map { _ in try script.running() }
        for index in [3, 0, 4] {
            try script.receive(.updated(tasks[index], .outcome(.completed(.null))))
            try script.end(tasks[index])
        }
        let inMemory = script.board.page(TaskQuery(), at: script.now)
        #expect(inMemory.map(\.id) == [tasks[0], tasks[1], tasks[2], tasks[4]])
        // The one that is not held in memory is stored, and counted until it is pruned.
        #expect(script.board.isWindowed)
        #expect(script.board.tally.count(TaskQuery()) == 5)
        try script.receive(.pruned([PrunedTask(id: tasks[3], type: "process_data", state: .completed)]))
        #expect(!script.board.isWindowed)
        #expect(script.board.tally.byState.filter { $0.value != 0 } == [.running: 2, .completed: 2])
        #expect(script.board.touched.contains(tasks[3]))
        let request = try script.request(.pause, tasks[3])
        #expect(script.answers(to: request).first == .failure(.notFound(tasks[3].description)))
    }

    @Test("of none kept, not even the last one is, and whoever waited for its end has the answer")
    func none() throws {
        var script = BoardScript(TaskBoard.Policy(window: 0))
        let id = try script.running()
        let request = try script.request(.kill, id)
        try script.end(id)
        #expect(script.board.entries.isEmpty)
        guard case .success(let record)? = script.answers(to: request).first else {
            Issue.record("there is no answer")
            return
        }
        #expect(record.id == id)
    }

    @Test("hundreds come and go without anything that grows")
    func many() throws {
        var script = BoardScript(TaskBoard.Policy(window: 10))
        for _ in 0..<300 { try script.end(try script.running()) }
        let tasks = script.board.page(TaskQuery(), at: script.now)
        #expect(tasks.count == 10)
        #expect(tasks.map(\.id) == tasks.map(\.id).sorted())
    }
}
