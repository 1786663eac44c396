import TaskModel
import TestSupport
import Testing

@testable import TaskBoard

@Suite("Tasks that are moved in the queue")
struct MoveTests {
    @Test(
        "a task moved to an end of its priority is first or last there, also of those that wait for a time or come later"
    )
    func moves() throws {
        var script = BoardScript(TaskBoard.Policy(maxRunning: 1))
        let running = try script.running()
        let ids = [try script.submit(), try script.submit(), try script.submit()]
        let timed = try script.submit(.with(notBefore: 60_000))
        let low = try script.submit(.with(priority: -1))
        func move(_ id: TaskID, _ change: QueueChange) throws {
            let rank = script.board.newRank(of: id, after: change)
            let (priority, order) = try #require(rank)
            try script.receive(.task(id, .reordered(priority: priority, order: order)))
        }
        func positions() throws -> [Int?] { try (ids + [timed, low]).map { try script.record($0).queuePosition } }
        #expect(try positions() == [1, 2, 3, nil, 4])
        try move(ids[2], .position(.first))
        #expect(try positions() == [2, 3, 1, nil, 4])
        try move(timed, .position(.first))
        try move(ids[0], .position(.last))
        let late = try script.submit()
        #expect(try script.record(late).queuePosition == 3)
        #expect(try positions() == [4, 2, 1, nil, 5])
        try script.pass(.seconds(60))
        #expect(try positions() == [5, 3, 2, 1, 6])
        // In another priority the age counts again, unless an end is requested.
        try move(ids[0], .priority(-1))
        #expect(try script.record(ids[0]).queueOrder == 0)
        #expect(try positions() == [5, 3, 2, 1, 6])
        try move(ids[1], .priority(-1, .last))
        #expect(try positions() == [4, 6, 2, 1, 5])
        // The same priority again changes no position.
        try move(ids[2], .priority(0))
        #expect(try positions() == [4, 6, 2, 1, 5])
        try script.end(running)
        #expect(script.launched.last == timed)
        let rank = script.board.newRank(of: timed, after: .position(.first))
        #expect(rank == nil)
    }

    @Test("moves have orders of their own, also after a start and beyond what is stored")
    func manyMoves() throws {
        var script = BoardScript(TaskBoard.Policy(maxRunning: 1))
        _ = try script.running()
        var stored = script.newRecord()
        stored.queueOrder = -7
        var odd = script.newRecord()
        odd.queueOrder = .min
        odd.options.priority = 1
        var orders: Set<Int> = []
        try script.receive(.restored([stored, odd], interrupted: [], TaskTally()))
        for number in 0..<100 {
            let end: QueueEnd = number.isMultiple(of: 2) ? .first : .last
            let rank = script.board.newRank(of: stored.id, after: .position(end))
            let order = try #require(rank?.order)
            #expect(end == .first ? order < -7 : order > 0)
            orders.insert(order)
        }
        #expect(orders.count == 100)
        let rank = script.board.newRank(of: odd.id, after: .position(.first))
        let order = try #require(rank?.order)
        #expect(abs(order) <= 1 << 53)
    }
}
