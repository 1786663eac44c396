import Glibc
import JSON
import TaskModel
import TaskTypes
import Testing
import WorkerProtocol

@testable import TaskWorker

@Suite("Work in a worker")
struct RunningWorkTests {
    /// Works until it fails.
    private struct Failing: TaskType {
        static let name = "failing"
        static let summary = "Fails."
        static let sample: JSONValue = [:]
        let units = 2
        let title = "fails"

        init(from fields: inout FieldReader) {}
        init() {}

        func run(in context: some WorkContext) throws(WorkError) -> JSONValue {
            context.report(TaskProgress(done: 0, total: units, step: "first"))
            try context.checkpoint()
            context.report(TaskProgress(done: 1, total: units, step: "second"))
            throw .failed("the disk is \"full\"")
        }
    }

    /// What a worker reports of work, line by line.
    private static func report(of work: some TaskType, prepare: (WorkerCore) -> Void = { _ in }) throws -> [Substring] {
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let id = try #require(TaskID("01ARYZ6S410000000000000000"))
        let pausePoint = PausePoint()
        let core = WorkerCore(
            Assignment(taskID: id, taskType: "failing", taskData: [:], token: nil), units: work.units,
            control: pausePoint, writer: UpdateWriter(descriptor: ends[1]))
        prepare(core)
        RunningWork(core: core, pausePoint: pausePoint) {}.run(work)
        close(ends[1])
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(ends[0], &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
    }

    @Test("that fails reports its progress, then its error")
    func failure() throws {
        let lines = try Self.report(of: Failing())
        #expect(lines.last == #"{"error":"the disk is \"full\"","event":"failed"}"#)
        #expect(lines.dropLast().last?.contains(#""step":"second""#) == true)
    }

    @Test("that is stopped reports that instead")
    func stop() throws {
        let lines = try Self.report(of: Failing()) { $0.requestStop(by: .terminate) }
        #expect(lines.last == #"{"event":"stopped","signal":"SIGTERM"}"#)
    }
}
