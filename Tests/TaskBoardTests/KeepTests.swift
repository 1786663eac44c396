import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("What is kept of finished tasks")
struct KeepTests {
    @Test("the last ones to end are kept, whichever began first, and every live task is kept")
    func last() throws {
        var script = BoardScript(TaskBoard.Policy(window: 2))
        let tasks = try (0..<5).map { _ in try script.running() }
        for index in [3, 0, 4] {
            try script.receive(.task(tasks[index], .updated(.outcome(.completed(.null)))))
            try script.end(tasks[index])
        }
        let inMemory = script.board.page(TaskQuery(), at: script.now).items
        #expect(inMemory.map(\.id) == [tasks[0], tasks[1], tasks[2], tasks[4]])
        // The one that is not in memory is stored, and counted until it is pruned.
        #expect(script.board.isWindowed)
        #expect(script.board.tally.count(TaskQuery()) == 5)
        try script.receive(.pruned([PrunedTask(id: tasks[3], type: "process_data", state: .completed)]))
        #expect(!script.board.isWindowed)
        #expect(script.board.tally.byState.filter { $0.value != 0 } == [.running: 2, .completed: 2])
        #expect(script.board.touched.contains(tasks[3]))
        let request = try script.request(.pause, tasks[3])
        #expect(script.answers(to: request).first == .failure(.notFound(tasks[3].description)))
    }

    @Test("with nothing kept, even the last one is removed, and the request for its end is answered")
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

    @Test("hundreds of tasks leave nothing behind in memory")
    func many() throws {
        var script = BoardScript(TaskBoard.Policy(window: 10))
        for _ in 0..<300 { try script.end(try script.running()) }
        let tasks = script.board.page(TaskQuery(), at: script.now).items
        #expect(tasks.count == 10)
        #expect(tasks.map(\.id) == tasks.map(\.id).sorted())
    }

    @Test("large results, errors and logs go before many small ones do, and the last one stays however large it is")
    func size() throws {
        let large = JSONText(.string(String(repeating: "x", count: 300_000)))
        for part in ["result", "error", "log", "data"] {
            var policy = TaskBoard.Policy(window: 1000)
            policy.windowSize = 1_000_000
            var script = BoardScript(policy)
            var last: TaskID?
            for number in 0..<20 {
                let id = try script.running(data: part == "data" ? ["items": large.value] : [:])
                let outcome: WorkOutcome =
                    part == "error" ? .failed(large.string) : .completed(part == "result" ? large : 1)
                try script.receive(.task(id, .updated(.outcome(outcome))))
                let end = WorkerEnd(status: .exited(code: 0), reaped: 1)
                try script.receive(.task(id, .ended(end, lastLogLine: nil, logSize: part == "log" ? 300_000 : 0)))
                #expect(script.board.finished.members.count == min(number + 1, 3), "\(part)")
                #expect(script.board.finished.size <= 1_000_000, "\(part)")
                last = id
            }
            #expect(script.board.entries.count == 3 && script.board.isWindowed)
            #expect(script.board.tally.count(TaskQuery()) == 20)
            for _ in 0..<100 { try script.end(try script.running()) }
            #expect(try script.record(#require(last)).state.isFinal)

            policy.windowSize = 1000
            var small = BoardScript(policy)
            for _ in 0..<3 { try small.end(try small.running()) }
            #expect(small.board.finished.members.count == 1)
        }
    }

    @Test("data that only the store has counts for the size of a page, unless it is left out")
    func pagesOfStoredData() throws {
        var script = BoardScript(TaskBoard.Policy(maxRunning: 1, dataSize: 0))
        let item = JSONValue.string(String(repeating: "x", count: 300_000))
        for _ in 0..<12 {
            var record = script.newRecord(TaskOptions())
            record.data = ["items": [item]]
            try script.submit(record)
        }
        var listed = ListedTasks()
        let full = script.board.page(TaskQuery(), .all, reusing: &listed, at: script.now)
        for item in full.items { #expect(item.lacksData) }
        // Of 300 kB each: as many as fill 2 MiB.
        #expect(full.items.count == 7)
        #expect(full.next != nil)
        let summary = script.board.page(TaskQuery(), .summary, reusing: &listed, at: script.now)
        #expect(summary.items.count == 12)
        #expect(summary.next == nil)
    }

    @Test("a list is read in pages of bounded size, which together are the list")
    func pages() throws {
        var script = BoardScript()
        let item = JSONValue.string(String(repeating: "x", count: 300_000))
        let large = try (0..<12).map { _ in try script.running(data: ["items": [item]]) }
        let small = try (0..<3000).map { _ in try script.submit() }
        for id in small[..<1500] {
            try script.open(id)
            try script.end(id)
        }
        for (query, expected) in [
            (TaskQuery(), large + small), (TaskQuery(states: [.running]), large),
            (TaskQuery(states: [.failed]), Array(small[..<1500])), (TaskQuery(limit: 700), large + small),
        ] {
            var (found, next): ([TaskID], TaskID?) = ([], nil)
            var sizes: [Int] = []
            repeat {
                var page = query
                page.after = next
                let (items, rest) = script.board.page(page, at: script.now)
                found += items.map(\.id)
                sizes.append(items.reduce(0) { $0 + ($1.id <= large[11] ? 300_000 : 700) })
                #expect(items.count <= query.limit ?? .max)
                next = rest
            } while next != nil
            #expect(found == expected)
            #expect(sizes.allSatisfy { $0 < 3 << 20 })
        }
    }

    @Test("the data of tasks that have not ended is bounded in memory; the rest is in the store only")
    func dataBudget() throws {
        var policy = TaskBoard.Policy(maxRunning: 1)
        policy.dataSize = 25_000
        var script = BoardScript(policy)
        let large: JSONValue = ["items": [.string(String(repeating: "x", count: 10_000))]]
        let running = try script.running(data: large)
        let waiting = try (0..<5).map { _ in try script.submit(data: large) }
        let small = try script.submit(data: ["items": [1]])
        func isThere(_ id: TaskID) throws -> Bool { try script.record(id).data != nil }
        #expect(try waiting.map(isThere) == [true, false, false, false, false])
        #expect(try [running, small].map(isThere) == [true, true])
        #expect(try script.record(waiting[4]).dataSize == JSONText(large).bytes.count)
        // An end makes room for new tasks; queued ones stay as they are.
        try script.end(running)
        #expect(script.launched == [running, waiting[0]])
        let next = try script.submit(data: large)
        #expect(try isThere(next))
        #expect(try !isThere(waiting[1]))
        try script.open(waiting[0])
        try script.end(waiting[0])
        // It is started without the data, which the service reads.
        let launches = script.actions.compactMap {
            if case .launch(let launch) = $0 { launch } else { nil }
        }
        #expect(launches.map { $0.data == nil } == [false, false, true])
    }
}
