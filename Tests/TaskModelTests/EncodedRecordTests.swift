import JSON
import TaskModel
import TestSupport
import Testing

@Suite("A record in JSON, encoded once")
struct EncodedRecordTests {
    /// Texts that look like members.
    private static let texts = [
        "a", #"x","result":1,"#, #"\",\"task_data\":{}"#, "\u{1F}\n", "é", #"}]{"#, #"","error":"exit code 3: x""#,
    ]
    /// Errors, and what clients with limited access get of them.
    private static let errors: [(full: String, limited: String)] =
        texts.map { ($0, $0) } + [
            ("exit code 3: \u{1F}\"}],\"error\":\"é", "exit code 3"), ("exit code 255", "exit code 255"),
            ("SIGSEGV (core dumped): a: b", "SIGSEGV (core dumped)"), ("SIGRTMIN+3: a", "SIGRTMIN+3"),
            ("SIGTERM from outside", "SIGTERM from outside"), ("timed out after 3 s", "timed out after 3 s"),
        ]

    private static func record(_ random: inout SeededGenerator) throws -> TaskRecord {
        let id = try #require(TaskID("01ARYZ6S410000000000000000"))
        func text() -> String { texts.randomElement(using: &random) ?? "" }
        func data() -> JSONText {
            [
                "attempts": [.string(text()), ["task_data": [1, [:], .string(text())]]],
                "result": .string(text()), "z": .number(1.5),
            ]
        }
        var record = TaskRecord(
            id: id, type: "process_data", data: data(), state: .queued,
            progress: TaskProgress(done: 1, total: 2, step: text()), createdAt: Timestamp(milliseconds: 0))
        record.name = Bool.random(using: &random) ? text() : nil
        record.title = text()
        func error() -> String { errors.randomElement(using: &random)?.full ?? "" }
        record.error = Bool.random(using: &random) ? error() : nil
        record.output = Bool.random(using: &random) ? ProgramOutput(bytes: 7, lines: 1) : nil
        record.result = Bool.random(using: &random) ? data() : nil
        record.revision = .random(in: 0...1_000_000, using: &random)
        record.activeMilliseconds = .random(in: 0...1_000_000, using: &random)
        record.pausedMilliseconds = .random(in: 0...1_000_000, using: &random)
        if Bool.random(using: &random) {
            record.queuePosition = .random(in: 1...100_000, using: &random)
            record.reason = .launchFailed(text())
        } else if Bool.random(using: &random) {
            record.reason = .paused(since: Timestamp(milliseconds: 1))
        }
        for number in 0..<Int.random(in: 0...2, using: &random) {
            record.attempts.append(
                TaskAttempt(
                    number: number + 1, startedAt: nil, finishedAt: Timestamp(milliseconds: 5), error: error(),
                    exitCode: 1, activeMilliseconds: 7, isInterrupted: false))
        }
        return record
    }

    @Test("is the record as its writer writes it, in full and as a summary, from memory and as it is stored")
    func both() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let record = try Self.record(&random)
            var members = try #require(try JSONParser.parse(record.jsonText.utf8).members)
            let encoded = EncodedRecord(record)
            let stored = EncodedRecord.stored(record.id, StoredRecordText(record.jsonText))
            #expect(encoded.text() == record.jsonText)
            #expect(stored.text() == record.jsonText)
            let limited = record.visible(to: .limited)
            #expect(encoded.text(for: .limited) == limited.jsonText)
            #expect(stored.text(for: .limited) == limited.jsonText)
            for name: JSONName in ["task_data", "result", "attempts"] { members[name] = nil }
            let summary = JSONValue.object(members).jsonText
            #expect(encoded.text(.summary) == summary)
            #expect(stored.text(.summary) == summary)
            members["error"] = limited.error.map(JSONValue.string) ?? .null
            let limitedSummary = JSONValue.object(members).jsonText
            #expect(encoded.text(.summary, for: .limited) == limitedSummary)
            #expect(stored.text(.summary, for: .limited) == limitedSummary)
        }
    }

    @Test("shows what a program has written last with full access only", arguments: errors)
    func output(_ full: String, _ limited: String) throws {
        var random = SeededGenerator(seed: 1)
        var record = try Self.record(&random)
        record.error = full
        record.attempts = [
            TaskAttempt(
                number: 1, startedAt: nil, finishedAt: Timestamp(milliseconds: 5), error: full, exitCode: 3,
                activeMilliseconds: 7, isInterrupted: false)
        ]
        #expect(record.visible(to: .full) == record)
        #expect(record.visible(to: .limited).error == limited)
        #expect(record.visible(to: .limited).attempts.map(\.error) == [limited])
    }

    @Test("has its data added where only the store has it")
    func data() throws {
        var random = SeededGenerator(seed: 1)
        var record = try Self.record(&random)
        let whole = record.jsonText
        let data = try #require(record.data)
        record.leaveDataInStore()
        let encoded = EncodedRecord(record)
        #expect(encoded.lacksData)
        #expect(encoded.withData(data).text() == whole)
        #expect(!encoded.withData(data).lacksData)
    }

    @Test("has a greater revision after a restart, and never a smaller one")
    func revision() throws {
        var random = SeededGenerator(seed: 1)
        var record = try Self.record(&random)
        let first = record.revision
        record.advanceRevision(atRestart: Timestamp(milliseconds: 1_764_140_000_000))
        let second = record.revision
        #expect(second > first + 1_000_000)
        // A clock may have been set back.
        record.advanceRevision(atRestart: Timestamp(milliseconds: 1))
        #expect(record.revision == second + 1)
    }
}
