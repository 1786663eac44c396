import JSON
import TaskControl
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard
@testable import TaskSupervisor

@Suite("The shared board's list")
struct SharedBoardTests {
    private static func moment(_ milliseconds: Int) -> Moment {
        Moment(wall: Timestamp(milliseconds: Int64(milliseconds)), uptime: .milliseconds(milliseconds))
    }

    /// Lists, and compares with the records.
    private static func expectCurrent(
        _ board: SharedBoard, at now: Moment, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let page = board.page(TaskQuery(), at: now)
        let records = board.read { board in
            board.entries.keys.sorted().compactMap { board.record($0, at: now) }
        }
        #expect(page.tasks.map { $0.text() } == records.map(\.jsonText), sourceLocation: sourceLocation)
        for record in records {
            #expect(board.encoded(record.id, at: now)?.text() == record.jsonText, sourceLocation: sourceLocation)
        }
    }

    @Test("is as the records are after every event, and as time passes")
    func current() throws {
        var ids = TaskIDGenerator()
        var policy = TaskBoard.Policy()
        policy.maxRunning = 1
        let board = SharedBoard(TaskBoard(policy: policy))
        let tasks = (0..<3).map { ids.next(at: Timestamp(milliseconds: $0)) }
        var time = 0
        func receive(_ event: BoardEvent) {
            time += 40
            _ = board.receive(event, at: Self.moment(time))
            Self.expectCurrent(board, at: Self.moment(time))
            Self.expectCurrent(board, at: Self.moment(time + 1234))
            _ = board.dequeueChanges()
        }
        for id in tasks {
            receive(
                .submitted(
                    TaskRecord(
                        id: id, type: "process_data", data: ["items": [1]], state: .queued,
                        progress: TaskProgress(done: 0, total: 2), createdAt: Timestamp(milliseconds: 0)),
                    by: RequestID(number: 0), hasSlot: false))
        }
        receive(.task(tasks[0], .started(pid: 17)))
        receive(.task(tasks[0], .updated(.hello(WorkerAddress(host: "127.0.0.1", port: 4711)))))
        receive(.task(tasks[0], .updated(.progress(TaskProgress(done: 1, total: 2, step: "half")))))
        receive(.task(tasks[0], .updated(.paused)))
        receive(.task(tasks[0], .updated(.resumed)))
        receive(.task(tasks[2], .reordered(priority: 5, order: nil)))
        receive(.queuePaused(true))
        receive(.task(tasks[0], .updated(.outcome(.completed(["a": 1])))))
        receive(.task(tasks[0], .ended(WorkerEnd(status: .exited(code: 0), reaped: 1), lastLogLine: nil)))
        receive(.task(tasks[0], .stored))
        receive(.pruned([PrunedTask(id: tasks[0], type: "process_data", state: .completed)]))
    }

    @Test("shares one encoded body as long as a task does not change")
    func body() throws {
        var ids = TaskIDGenerator()
        let board = SharedBoard(TaskBoard())
        let id = ids.next(at: Timestamp(milliseconds: 0))
        let record = TaskRecord(
            id: id, type: "process_data", data: [:], state: .queued, progress: TaskProgress(done: 0, total: 2),
            createdAt: Timestamp(milliseconds: 0))
        func body(at milliseconds: Int) throws -> RecordBody {
            guard case .body(let body, _)? = board.page(TaskQuery(), at: Self.moment(milliseconds)).tasks.first else {
                throw TaskError.notFound(id.description)
            }
            return body
        }
        _ = board.receive(.submitted(record, by: RequestID(number: 0), hasSlot: false), at: Self.moment(0))
        let first = try body(at: 10)
        #expect(try body(at: 20) === first)
        _ = board.receive(.task(id, .started(pid: 17)), at: Self.moment(30))
        #expect(try body(at: 40) !== first)
    }
}
