import JSON
import TaskControl
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard
@testable import TaskStore
@testable import TaskSupervisor

@Suite("The shared board's list")
struct SharedBoardTests {
    private static func moment(_ milliseconds: Int) -> Moment {
        Moment(wall: Timestamp(milliseconds: Int64(milliseconds)), uptime: .milliseconds(milliseconds))
    }

    /// All tasks, none of which is only stored.
    private static func page(_ board: SharedBoard, at now: Moment) async throws -> TaskPage {
        try await board.page(TaskQuery(), .all, at: { now }) { _ in
            Issue.record("the store is read")
            return TaskStore.FinishedPage(items: [])
        }
    }

    /// Lists, and compares with the records.
    private static func expectCurrent(
        _ board: SharedBoard, at now: Moment, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let page = try await page(board, at: now)
        let records = board.read { board in
            board.entries.keys.sorted().compactMap { board.record($0, at: now) }
        }
        #expect(page.tasks.map { $0.text() } == records.map(\.jsonText), sourceLocation: sourceLocation)
        for record in records {
            #expect(board.encoded(record.id, at: now)?.text() == record.jsonText, sourceLocation: sourceLocation)
        }
    }

    @Test("is as the records are after every event, and as time passes")
    func current() async throws {
        var ids = TaskIDGenerator()
        var policy = TaskBoard.Policy()
        policy.maxRunning = 1
        let board = SharedBoard(TaskBoard(policy: policy))
        let tasks = (0..<3).map { ids.next(at: Timestamp(milliseconds: $0)) }
        var time = 0
        func receive(_ event: BoardEvent) async throws {
            time += 40
            _ = board.receive(event, at: Self.moment(time))
            try await Self.expectCurrent(board, at: Self.moment(time))
            try await Self.expectCurrent(board, at: Self.moment(time + 1234))
            _ = board.dequeueChanges()
        }
        for id in tasks {
            try await receive(
                .submitted(
                    TaskRecord(
                        id: id, type: "process_data", data: ["items": [1]], state: .queued,
                        progress: TaskProgress(done: 0, total: 2), createdAt: Timestamp(milliseconds: 0)),
                    by: RequestID(number: 0), hasSlot: false))
        }
        try await receive(.task(tasks[0], .started(pid: 17)))
        try await receive(.task(tasks[0], .updated(.hello(WorkerAddress(host: "127.0.0.1", port: 4711)))))
        try await receive(.task(tasks[0], .updated(.progress(TaskProgress(done: 1, total: 2, step: "half")))))
        try await receive(.task(tasks[0], .updated(.paused)))
        try await receive(.task(tasks[0], .updated(.resumed)))
        try await receive(.task(tasks[2], .reordered(priority: 5, order: nil)))
        try await receive(.queuePaused(true))
        try await receive(.task(tasks[0], .updated(.outcome(.completed(["a": 1])))))
        try await receive(.task(tasks[0], .ended(WorkerEnd(status: .exited(code: 0), reaped: 1), lastLogLine: nil)))
        try await receive(.task(tasks[0], .stored))
        try await receive(.pruned([PrunedTask(id: tasks[0], type: "process_data", state: .completed)]))
    }

    @Test("shares one encoded body as long as a task does not change")
    func body() async throws {
        var ids = TaskIDGenerator()
        let board = SharedBoard(TaskBoard())
        let id = ids.next(at: Timestamp(milliseconds: 0))
        let record = TaskRecord(
            id: id, type: "process_data", data: [:], state: .queued, progress: TaskProgress(done: 0, total: 2),
            createdAt: Timestamp(milliseconds: 0))
        func body(at milliseconds: Int) async throws -> RecordBody {
            let page = try await Self.page(board, at: Self.moment(milliseconds))
            guard case .body(let body, _)? = page.tasks.first else {
                throw TaskError.notFound(id.description)
            }
            return body
        }
        _ = board.receive(.submitted(record, by: RequestID(number: 0), hasSlot: false), at: Self.moment(0))
        let first = try await body(at: 10)
        #expect(try await body(at: 20) === first)
        _ = board.receive(.task(id, .started(pid: 17)), at: Self.moment(30))
        #expect(try await body(at: 40) !== first)
    }
}
