import JSON
import Logging
import NIOPosix
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import ServiceLog

@Suite("The status dump", .timeLimit(.minutes(15)))
struct StatusDumpTests {
    @Test("a dump is a summary and rows, at every interval")
    func statusDump() async throws {
        let hub = try LogHub(standardError: nil, file: nil)
        let tasks = FakeTaskControl()
        _ = await tasks.add("process_data", .running)
        let dump = StatusDump(
            tasks: tasks, interval: .milliseconds(1), threads: .singleton,
            logger: hub.logger(label: "test", level: .info))
        var parts: [LogRecord.DumpPart?] = []
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await dump.run() }
            for await records in hub.records() {
                parts += records.map(\.dump)
                if parts.count >= 4 { break }
            }
            group.cancelAll()
        }
        #expect(parts.prefix(4) == [.summary, .row, .summary, .row])
    }

    private func record(_ number: Int, _ state: TaskState) throws -> TaskRecord {
        let id = try #require(TaskID("01ARYZ6S41000000000000000\(number)"))
        var record = TaskRecord(
            id: id, type: "process_data", data: [:], state: state, progress: TaskProgress(done: 1, total: 3),
            createdAt: Timestamp(milliseconds: 1000))
        record.pid = 42
        record.workerPort = 4000
        return record
    }

    @Test("a dump counts all tasks, and has rows for live ones and those that have just ended")
    func dump() throws {
        let now = Timestamp(milliseconds: 8999)
        #expect(StatusReport(counts: [.failed: 0], records: []).lines(at: now) == ["status: no tasks"])
        let report = StatusReport(
            counts: [.completed: 7, .running: 1], records: [try record(1, .completed), try record(2, .running)])
        #expect(
            report.lines(at: now) == [
                "status: 8 tasks: 1 running, 7 completed",
                "  01ARYZ6S410000000000000001 process_data completed 33 % pid 42 port 4000 age 7 s",
                "  01ARYZ6S410000000000000002 process_data running 33 % pid 42 port 4000 age 7 s",
            ])
    }

    @Test("waiting tasks beyond the limit are one line with their number")
    func dumpOfMany() {
        let now = Timestamp(milliseconds: 0)
        let lines = [1, 99_900].map { count in
            StatusReport(counts: [:], records: [], othersWaiting: count).lines(at: now).last
        }
        #expect(lines == ["  … and 1 more waits", "  … and 99900 more wait"])
        // A thousand waiting tasks are not unusual, and have a row each.
        #expect(StatusDump.waitingLimit >= 1000)
    }
}
