import JSON
import TaskModel
import Testing

@Suite("Records with members left out")
struct SummaryRecordTests {
    private static func record(attempts: Int = 2, _ state: TaskState = .completed) throws -> TaskRecord {
        let id = try #require(TaskID("01JDEZ8M1VQ3T5B9X7CKPA2RWH"))
        var record = TaskRecord(
            id: id, type: "t", data: ["x": 1], state: state, progress: TaskProgress(done: 0, total: 1),
            createdAt: Timestamp(milliseconds: 0))
        record.attempts = (0..<attempts).map { number in
            TaskAttempt(
                number: number + 1, startedAt: nil, finishedAt: Timestamp(milliseconds: 1), error: "e", exitCode: nil,
                activeMilliseconds: 1, isInterrupted: false)
        }
        if state == .completed { record.result = 5 }
        record.revision = 9
        return record
    }

    private static func summary(of record: TaskRecord) throws -> TaskRecord {
        var json = JSONWriter()
        json.object { record.writeMembers(.summary, to: &$0) }
        var members = try #require(try JSONParser.parse(json.bytes).members)
        members["task_data"] = .null
        var summary = try TaskRecord(json: .object(members))
        summary.leaveDataInStore()
        summary.isSummary = true
        return summary
    }

    @Test("the number of the attempt is in a summary, whose attempts are not")
    func attempt() throws {
        let summary = try Self.summary(of: try Self.record())
        #expect(summary.attempts.isEmpty)
        #expect(summary.attempt == 3)
        #expect(summary.mayHaveResult)
    }

    @Test("what is left out is added from the whole record")
    func complete() throws {
        let record = try Self.record()
        var summary = try Self.summary(of: record)
        summary.addOmittedMembers(of: record)
        #expect(summary.attempts == record.attempts)
        #expect(summary.attempt == 3)
        #expect(summary.result == 5)
        #expect(summary.data == record.data)
        #expect(!summary.isSummary)
    }

    @Test("an older record adds what still holds")
    func older() throws {
        var older = try Self.record(attempts: 1, .running)
        older.revision = 3
        var summary = try Self.summary(of: try Self.record())
        summary.addOmittedMembers(of: older)
        #expect(summary.attempt == 3)
        #expect(summary.attempts.isEmpty)
        #expect(summary.result == nil)
        #expect(summary.data == older.data)
        #expect(summary.isSummary)
        #expect(summary.mayHaveResult)
    }
}
