import JSON
import Logging
import TaskBoard
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskSupervisor

@Suite("The log of tasks")
struct TaskLogTests {
    /// The log lines of a board's reports, with their levels.
    private static func lines(_ script: BoardScript) -> [String] {
        script.actions.compactMap { action in
            switch action {
            case .report(.changed(let record)): "\(record.logLevel) \(record.logSentence)"
            case .report(.lingering(let record, let duration)): "info \(record.lingeringSentence(for: duration))"
            case .report(.forced(let record, let duration)): "warning \(record.forcedSentence(after: duration))"
            default: nil
            }
        }
    }

    private static func options(_ change: (inout TaskOptions) -> Void) -> TaskOptions {
        var options = TaskOptions()
        change(&options)
        return options
    }

    private static func end(_ id: TaskID, failing error: String, _ script: inout BoardScript) throws {
        try script.receive(.task(id, .updated(.outcome(.failed(error)))))
        try script.end(id)
    }

    @Test("states that last a moment are debug, the others info")
    func levels() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.request(.terminate, id)
        try script.receive(.task(id, .updated(.outcome(.stopped))))
        try script.end(id)
        #expect(
            Self.lines(script) == [
                "debug \(id) process_data starting", "info \(id) process_data running pid 42 port 4000",
                "debug \(id) process_data stopping", "info \(id) process_data terminated by http in 0 ms",
            ])
        // Transient states that have ended are not reported later.
        try script.pass(.seconds(10))
        #expect(Self.lines(script).count == 4)
        #expect(script.board.nextDeadline == nil)
    }

    @Test("a task that stays in one of them for 1 s is one line")
    func lingering() throws {
        var script = BoardScript()
        let (quick, slow) = (try script.running(), try script.submit())
        try script.pass(.milliseconds(999))
        #expect(!Self.lines(script).contains { $0.contains(" for ") })
        try script.pass(.milliseconds(1))
        #expect(Self.lines(script).last == "info \(slow) process_data starting for 1 s pid -")
        try script.pass(.seconds(3))
        #expect(Self.lines(script).count { $0.contains("starting for ") } == 1)
        try script.open(slow)
        try script.request(.terminate, slow)
        try script.request(.terminate, quick)
        try script.end(quick)
        try script.pass(.seconds(1))
        #expect(Self.lines(script).last == "info \(slow) process_data stopping for 1 s pid 42")
        #expect(Self.lines(script).count { $0.contains("stopping for ") } == 1)
    }

    @Test("every attempt is reported anew")
    func attempts() throws {
        var script = BoardScript()
        let options = Self.options { $0.retries = 1 }
        let id = try script.submit(options)
        try script.receive(.task(id, .started(pid: 42)))
        try script.end(id, .exited(code: 1))
        try script.pass(.milliseconds(1999))
        #expect(try script.record(id).state == .starting)
        #expect(!Self.lines(script).contains { $0.contains(" for ") })
        try script.pass(.milliseconds(1))
        #expect(Self.lines(script).count { $0.contains("starting for 1 s") } == 1)
    }

    @Test("a failed attempt is a warning that names the next one, and the last one how many there were")
    func retries() throws {
        var script = BoardScript()
        let options = Self.options { $0.retries = 2 }
        let id = try script.running(options)
        for attempt in 1...3 {
            if attempt > 1 {
                try script.pass(.seconds(4))
                try script.open(id)
            }
            try Self.end(id, failing: "no such invoice", &script)
        }
        let warnings = Self.lines(script).filter { $0.hasPrefix("warning") }
        #expect(
            warnings == [
                "warning \(id) process_data attempt 1 of 3: no such invoice, next in 1 s",
                "warning \(id) process_data attempt 2 of 3: no such invoice, next in 2 s",
                "warning \(id) process_data failed after 3 attempts: no such invoice",
            ])
    }

    @Test("the failure of a task with one attempt does not mention attempts")
    func failure() throws {
        var script = BoardScript()
        let id = try script.running()
        try Self.end(id, failing: "no such invoice", &script)
        #expect(Self.lines(script).last == "warning \(id) process_data failed: no such invoice")
    }

    @Test("a timeout and what follows it is a warning each")
    func timeout() throws {
        var script = BoardScript()
        let id = try script.running(Self.options { $0.timeout = 8 })
        try script.pass(.seconds(8))
        try script.pass(.milliseconds(5250))
        try script.end(id, .killed)
        let warnings = Self.lines(script).filter { $0.hasPrefix("warning") }
        #expect(
            warnings == [
                "warning \(id) process_data stopping: its worker has not ended for 5.3 s, SIGKILL sent",
                "warning \(id) process_data failed: timed out after 8 s; ended by sigkill in 5250 ms",
            ])
    }

    @Test("a worker that is killed after the grace period is a warning; one that is killed by request is not")
    func grace() throws {
        var script = BoardScript()
        let (slow, killed) = (try script.running(), try script.running())
        try script.request(.terminate, slow)
        try script.request(.kill, killed)
        try script.end(killed, .killed)
        try script.pass(.seconds(6))
        try script.end(slow, .killed)
        let lines = Self.lines(script)
        #expect(
            lines.contains("warning \(slow) process_data stopping: its worker has not ended for 5.3 s, SIGKILL sent"))
        #expect(lines.contains("info \(killed) process_data killed by sigkill in 0 ms"))
        #expect(lines.count { $0.hasPrefix("warning") } == 1)
    }

    @Test("an attempt that the service's end has interrupted does not count")
    func interrupted() throws {
        let time = Timestamp(milliseconds: 0)
        var record = TaskRecord(
            id: try #require(TaskID("01JDEZ8M1VQ3T5B9X7CKP00002")), type: "process_data",
            data: [:], options: Self.options { $0.retries = 2 }, state: .queued,
            progress: TaskProgress(done: 0, total: 1),
            createdAt: time)
        record.attempts = [
            TaskAttempt(
                number: 1, startedAt: nil, finishedAt: time, error: "interrupted", exitCode: nil,
                activeMilliseconds: 0, isInterrupted: true)
        ]
        #expect(record.logLevel == .info)
        #expect(record.logSentence == "\(record.id) process_data queued again after attempt 1: interrupted")
        record.attempts.append(
            TaskAttempt(
                number: 2, startedAt: nil, finishedAt: time, error: "no", exitCode: nil, activeMilliseconds: 0,
                isInterrupted: false))
        record.retryAt = Timestamp(milliseconds: 500)
        #expect(record.logSentence == "\(record.id) process_data attempt 2 of 4: no, next in 0.5 s")
    }
}
