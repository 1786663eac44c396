import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("A task with a program")
struct ProgramTests {
    private static let process = ProgramProcess(pid: 77, startTime: 5, session: 77)

    private static func running(_ script: inout BoardScript, _ options: TaskOptions = TaskOptions()) throws -> TaskID {
        let id = try script.running(options)
        try script.receive(.task(id, .updated(.program(.started(process)))))
        try script.receive(.task(id, .updated(.program(.output(ProgramOutput(bytes: 9, lines: 2))))))
        return id
    }

    private static func end(
        _ script: inout BoardScript, _ id: TaskID, _ end: ProgramEnd?, lastLine: String? = nil, leftBehind: Int = 0,
        remaining: [Int32] = [], _ outcome: WorkOutcome
    ) throws {
        let summary = ProgramSummary(end: end, lastLine: lastLine, leftBehind: leftBehind, remaining: remaining)
        try script.receive(.task(id, .updated(.program(.ended(summary)))))
        try script.receive(.task(id, .updated(.outcome(outcome))))
        try script.end(id)
    }

    struct Case: Sendable {
        let end: ProgramEnd
        var lastLine: String?
        var remaining: [Int32] = []
        let outcome: WorkOutcome
        let state: TaskState
        var error: String?
        var exitCode: Int32?
        var signal: String?
    }

    static let cases = [
        Case(
            end: .exited(code: 0), outcome: .completed(JSONText(["exit_code": .integer(0)])), state: .completed,
            exitCode: 0),
        Case(
            end: .exited(code: 3), lastLine: "No such file", outcome: .failed("exit code 3"), state: .failed,
            error: "exit code 3: No such file", exitCode: 3),
        Case(
            end: .exited(code: 3), outcome: .failed("exit code 3"), state: .failed, error: "exit code 3", exitCode: 3),
        Case(
            end: .signaled(name: "SIGSEGV", dumpedCore: true), outcome: .failed("SIGSEGV (core dumped)"),
            state: .failed, error: "SIGSEGV (core dumped)", signal: "SIGSEGV"),
        Case(
            end: .exited(code: 1), lastLine: "x", remaining: [5, 6], outcome: .failed("exit code 1"), state: .failed,
            error: "exit code 1; processes that could not be killed: 5, 6", exitCode: 1),
    ]

    @Test("shows the last progress of its program, which may begin again, and all of it once that has completed")
    func progress() throws {
        var script = BoardScript()
        let id = try Self.running(&script)
        for done in [9, 1] {
            try script.receive(.task(id, .updated(.progress(TaskProgress(done: done, total: 10)))))
            #expect(try script.record(id).progress.done == done)
        }
        let silent = try Self.running(&script)
        for id in [id, silent] {
            try Self.end(&script, id, .exited(code: 0), .completed(JSONText(["exit_code": .integer(0)])))
        }
        #expect(try script.record(id).progress == TaskProgress(done: 1, total: 10))
        #expect(try script.record(silent).progress == TaskProgress(done: 3, total: 3))
    }

    @Test("is killed if it is killed by force, whatever else its program's end was", arguments: ["SIGKILL", "SIGSEGV"])
    func forced(signal: String) throws {
        var script = BoardScript()
        let id = try Self.running(&script)
        _ = try script.request(.kill, id)
        try Self.end(&script, id, .signaled(name: signal, dumpedCore: false), .failed(signal))
        let record = try script.record(id)
        #expect(record.state == (signal == "SIGKILL" ? .killed : .failed))
        #expect(record.signal == signal)
    }

    @Test("ends as its program does", arguments: cases)
    func end(_ expected: Case) throws {
        var script = BoardScript()
        let id = try Self.running(&script)
        try Self.end(
            &script, id, expected.end, lastLine: expected.lastLine, leftBehind: 2, remaining: expected.remaining,
            expected.outcome)
        let record = try script.record(id)
        #expect(record.state == expected.state)
        #expect(record.error == expected.error)
        #expect(record.exitCode == expected.exitCode)
        #expect(record.signal == expected.signal)
        #expect(record.leftBehind == 2)
        #expect(record.output == ProgramOutput(bytes: 9, lines: 2))
    }

    @Test("that cannot be run fails with the reason")
    func missing() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.receive(.task(id, .updated(.outcome(.failed("cannot run 'x': no such file")))))
        try script.end(id)
        #expect(try script.record(id).error == "cannot run 'x': no such file")
        #expect(try script.record(id).output == nil)
    }

    @Test("is terminated when it was asked to end, whatever its program ends with")
    func requested() throws {
        var script = BoardScript()
        let id = try Self.running(&script)
        try script.request(.terminate, id)
        try Self.end(&script, id, .signaled(name: "SIGTERM", dumpedCore: false), lastLine: "x", .stopped)
        let record = try script.record(id)
        #expect(record.state == .terminated)
        #expect(record.signal == "SIGTERM")
        #expect(record.exitCode == nil)
        #expect(record.error == nil)
    }

    @Test("shows that a signal has stopped its program until it continues, with the same status")
    func stopped() throws {
        var script = BoardScript()
        let id = try Self.running(&script)
        try script.receive(.task(id, .updated(.program(.stopped))))
        #expect(try script.record(id).reason == .programStopped(since: script.now.wall))
        #expect(try script.record(id).state == .running)
        try script.receive(.task(id, .updated(.program(.continued))))
        #expect(try script.record(id).reason == nil)
    }

    @Test("is tried again without the output of the attempt before, whose last line only its error has")
    func retry() throws {
        var script = BoardScript()
        var options = TaskOptions()
        options.retries = 1
        let id = try Self.running(&script, options)
        try Self.end(&script, id, .exited(code: 3), lastLine: "secret", .failed("exit code 3"))
        let record = try script.record(id)
        #expect(record.state == .queued)
        #expect(record.output == nil)
        #expect(record.leftBehind == nil)
        #expect(record.attempts.map(\.error) == ["exit code 3: secret"])
        #expect(record.attempts.map(\.exitCode) == [3])
        #expect(record.reason?.description.contains("exit code 3") == true)
        #expect(record.reason?.description.contains("secret") == false)
    }
}
