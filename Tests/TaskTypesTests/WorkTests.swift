import JSON
import TaskModel
import TaskTypes
import Testing

/// A context that runs work without waiting and records its reports.
private final class RecordingContext: WorkContext {
    var progress: [TaskProgress] = []
    var waited = 0.0
    var checkpoints = 0
    /// The checkpoint, or wait, at which to stop the work.
    var stopAt: Int?

    func checkpoint() throws(WorkError) {
        checkpoints += 1
        if checkpoints == stopAt { throw WorkError.stopped }
    }

    func wait(seconds: Double) throws(WorkError) {
        waited += seconds
        try checkpoint()
    }

    func report(_ progress: TaskProgress) {
        self.progress.append(progress)
    }
}

@Suite("The work of task types")
struct WorkTests {
    private static func work(_ type: String, _ data: JSONValue) throws -> any TaskType {
        try TaskTypeRegistry.builtIn.check(TaskDraft(type: type, data: data)).workInSwift
    }

    @Test("process_data processes its items and returns them")
    func processData() throws {
        let context = RecordingContext()
        let items: JSONValue = [1, "two", ["three": 3], nil]
        let result = try Self.work("process_data", ["items": items, "delay": 0.25]).run(in: context)
        #expect(result == ["processed": 4, "items": items])
        #expect(context.waited == 1)
        #expect(context.progress.map(\.done) == [0, 1, 2, 3, 4])
        #expect(context.progress.first?.step == "item 1 of 4")
        #expect(context.progress.last?.fraction == 1)
    }

    @Test("process_data without items is done at once")
    func noItems() throws {
        let context = RecordingContext()
        #expect(try Self.work("process_data", [:]).run(in: context) == ["processed": 0, "items": []])
        #expect(context.waited == 0)
    }

    @Test("generate_report goes through four phases and writes Markdown, longer when detailed")
    func generateReport() throws {
        let context = RecordingContext()
        let summary = try Self.work("generate_report", [:]).run(in: context)
        #expect(context.progress.compactMap(\.step) == ["collect", "analyse", "render", "write", "done"])
        #expect(context.waited == 4)
        let detailed = try Self.work("generate_report", ["report_type": "detailed"]).run(in: RecordingContext())
        guard case .string(let short)? = summary.members?["report"],
            case .string(let long)? = detailed.members?["report"]
        else {
            Issue.record("there is no report")
            return
        }
        #expect(short.hasPrefix("# Report: summary\n"))
        // The mean of the square roots of 1…10, computed by hand: 22.468 / 10.
        #expect(short.contains("| sqrt 1…10 | 10 | 2.247 |"))
        #expect(long.count > short.count)
        #expect(long.contains("## sqrt 1…10000"))
    }

    @Test("cpu_intensive adds up square roots", arguments: [(1, 1, 0.0), (2, 3, 3.0), (5, 2, 12.292528739883945)])
    func sums(complexity: Int64, batches: Int64, expected: Double) throws {
        let data: JSONValue = ["complexity": .integer(complexity), "batches": .integer(batches)]
        let result = try Self.work("cpu_intensive", data).run(in: RecordingContext())
        guard case .number(let sum)? = result.members?["sum"],
            case .array(let seconds)? = result.members?["batch_seconds"]
        else {
            Issue.record("there is no sum")
            return
        }
        #expect(abs(sum - expected) <= 1e-12)
        #expect(seconds.count == Int(batches))
    }

    @Test("the contract's example: 5 batches of 2 000 000 give 9428086879.2475")
    func contractSum() throws {
        let result = try Self.work("cpu_intensive", ["complexity": 2_000_000]).run(in: RecordingContext())
        guard case .number(let sum)? = result.members?["sum"] else {
            Issue.record("there is no sum")
            return
        }
        #expect(abs(sum / 9_428_086_879.2475 - 1) < 1e-9)
    }

    @Test("a long batch passes checkpoints and reports its progress")
    func checkpointsInABatch() throws {
        let context = RecordingContext()
        context.stopAt = 3
        let work = try Self.work("cpu_intensive", ["complexity": 1_000_000_000_000])
        #expect(throws: WorkError.stopped) { try work.run(in: context) }
        #expect(context.checkpoints == 3)
        #expect(context.progress.map(\.done) == [0, 0, 0])
        #expect(context.progress.map(\.fraction) == context.progress.map(\.fraction).sorted())
        #expect((context.progress.last?.fraction ?? 0) > 0)
    }

    @Test("the sample of every type is valid, and its work waits for nothing", arguments: TaskTypeRegistry.samples)
    func samples(sample: TaskDraft) throws {
        let context = RecordingContext()
        _ = try TaskTypeRegistry.builtIn.check(sample).workInSwift.run(in: context)
        #expect(context.waited == 0)
        #expect((1...10).contains(context.checkpoints))
        #expect(TaskTypeRegistry.samples.count == 3)
    }

    @Test("work stops at the checkpoint that throws", arguments: TaskTypeRegistry.samples)
    func stops(sample: TaskDraft) throws {
        let context = RecordingContext()
        context.stopAt = 1
        let work = try TaskTypeRegistry.builtIn.check(sample).workInSwift
        #expect(throws: WorkError.stopped) { try work.run(in: context) }
        #expect(context.checkpoints == 1)
    }
}

extension CheckedTask {
    fileprivate var workInSwift: any TaskType {
        get throws {
            guard case .work(let work) = work else { throw NoWorkInSwift() }
            return work
        }
    }
}

private struct NoWorkInSwift: Error {}
