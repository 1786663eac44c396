import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("Lists of the board")
struct ListTests {
    @Test("are what a filter of all tasks leaves, page by page, in every state", arguments: 0..<20)
    func random(round: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var script = BoardScript(TaskBoard.Policy(maxRunning: 12))
        script.storesAtOnce = round % 2 == 0
        for _ in 0..<120 { try Self.addTask(&script, &random) }
        let board = script.board
        let all = board.entries.values.sorted { $0.id < $1.id }
        #expect(board.order.last(50, before: nil) == all.reversed().prefix(50).map(\.id))
        #expect(board.order.last(50, before: all[60].id) == all[10..<60].reversed().map(\.id))
        for _ in 0..<60 {
            var query = TaskQuery()
            if Int.random(in: 0..<5, using: &random) > 0 {
                query.states = Set(TaskState.allCases.filter { _ in Int.random(in: 0..<3, using: &random) == 0 })
            }
            query.type = [nil, "process_data", "cpu_intensive", "none"].randomElement(using: &random) ?? nil
            query.limit = [nil, 1, 7, 1000].randomElement(using: &random) ?? nil
            query.after = [nil, all.randomElement(using: &random)?.id].randomElement(using: &random) ?? nil
            let first = query.after
            let expected = all.filter { entry in
                query.matches(entry.type, entry.phase.state) && first.map { entry.id > $0 } ?? true
            }
            var found: [TaskID] = []
            var next: TaskID?
            repeat {
                let page = script.board.page(query, at: script.now)
                #expect(page.items.count <= query.limit ?? .max)
                found += page.items.map(\.id)
                next = page.next
                query.after = next
            } while next != nil
            #expect(found == expected.map(\.id), "\(query)")
        }
    }

    /// Adds a task in a random phase.
    private static func addTask(_ script: inout BoardScript, _ random: inout SeededGenerator) throws {
        var options = TaskOptions()
        options.priority = Int.random(in: -2...2, using: &random)
        options.retries = Int.random(in: 0...1, using: &random)
        if Int.random(in: 0..<5, using: &random) == 0 {
            options.notBefore = Timestamp(milliseconds: script.now.wall.milliseconds + 60_000)
        }
        var record = script.newRecord(options)
        if Bool.random(using: &random) { record.type = "cpu_intensive" }
        try script.submit(record)
        guard let id = script.board.entries.keys.sorted().randomElement(using: &random),
            let phase = script.board.entries[id]?.phase
        else { return }
        switch (phase, Int.random(in: 0..<4, using: &random)) {
        case (.queued, 0): try script.request(.terminate, id)
        case (.starting, _): try script.open(id)
        case (.working, 0): try script.receive(.task(id, .updated(.paused)))
        case (.working, 1): try script.end(id, .exited(code: 1))
        case (.working, 2): try script.receive(.task(id, .updated(.outcome(.completed(.null)))))
        case (.stopping, _): try script.end(id)
        case (.persisting, 0): try script.receive(.task(id, .stored))
        default: break
        }
    }

    @Test("visit only tasks whose stage has the states, however many others there are")
    func candidates() throws {
        var script = BoardScript(TaskBoard.Policy(maxRunning: 3))
        let ids = try (0..<3).map { _ in try script.running() }
        for _ in 0..<5001 { _ = try script.submit() }
        try script.end(ids[0])
        func candidates(_ states: Set<TaskState>) -> Int {
            script.board.order.candidates(TaskQuery(states: states)).reduce(0) { count, _ in count + 1 }
        }
        #expect(candidates([.running, .paused]) == 3)
        #expect(candidates([.failed]) == 1)
        #expect(candidates([.failed, .stopping]) == 4)
        #expect(candidates([.queued]) == 5003)
        #expect(candidates([]) == 0)
        // One page visits only a part of all tasks; these are all that match.
        let page = script.board.page(TaskQuery(states: [.failed, .running]), at: script.now)
        #expect(page.next == nil && page.items.count == 3)
        let none = script.board.page(TaskQuery(type: "cpu_intensive"), at: script.now)
        #expect(none.next == nil && none.items.isEmpty)
    }
}
