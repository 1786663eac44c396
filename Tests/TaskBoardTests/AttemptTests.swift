import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("Timeouts and further attempts")
struct AttemptTests {
    @Test("a timeout counts running time only, ends the task gracefully, then by force, and is the error")
    func timeout() throws {
        var script = BoardScript(maxRunning: nil)
        let id = try script.running(.with(timeout: 2))
        try script.pass(.milliseconds(1500))
        try script.receive(.task(id, .updated(.paused)))
        try script.pass(.seconds(60))
        try script.receive(.task(id, .updated(.resumed)))
        try script.pass(.milliseconds(499))
        #expect(try script.record(id).state == .running)
        try script.pass(.milliseconds(1))
        #expect(try script.record(id).state == .stopping)
        #expect(try script.lastCall().command == .terminate)
        try script.pass(.seconds(10))
        #expect(script.signals() == [.terminate, .kill])
        try script.end(id, .killed)
        let record = try script.record(id)
        #expect(record.state == .failed)
        #expect(record.error == "timed out after 2 s")
        #expect(record.termination?.stage == .sigkill)
    }

    @Test("the error of a task that has timed out names the processes that could not be killed")
    func timeoutWithRemainder() throws {
        var script = BoardScript(maxRunning: nil)
        let id = try script.running(.with(timeout: 2))
        try script.pass(.seconds(20))
        let end = WorkerEnd(status: .signaled(number: 9, name: "SIGKILL"), reaped: 1, remaining: ["7 (dd)"])
        try script.receive(.task(id, .ended(end, lastLogLine: nil, logSize: 0)))
        #expect(
            try script.record(id).error == "timed out after 2 s; processes that could not be killed: 7 (dd)")
    }

    @Test("a forced shutdown takes no attempt from a task that has timed out")
    func timeoutDuringShutdown() throws {
        var script = BoardScript(maxRunning: nil, keepsQueue: true)
        let id = try script.running(.with(timeout: 2, retries: 1))
        try script.pass(.seconds(2))
        for byForce in [false, true] { try script.receive(.shutdownRequested(byForce: byForce)) }
        try script.end(id, .killed)
        let record = try script.record(id)
        #expect(record.state == .queued)
        #expect(record.attempts.map(\.error) == ["timed out after 2 s"])
    }

    @Test("work that is done by the time it is stopped has completed")
    func lateTimeout() throws {
        var script = BoardScript(maxRunning: nil)
        let id = try script.running(.with(timeout: 2))
        try script.pass(.seconds(2))
        try script.receive(.task(id, .updated(.outcome(.completed(1)))))
        try script.end(id)
        #expect(try script.record(id).state == .completed)
    }

    @Test("a failed task is started again, after twice the delay each time, until its retries are used up")
    func retries() throws {
        var script = BoardScript(maxRunning: nil)
        let id = try script.running(.with(retries: 2))
        for (number, delay) in [(1, 1), (2, 2)] {
            try script.pass(.milliseconds(100))
            try script.receive(.task(id, .updated(.outcome(.failed("no luck")))))
            try script.end(id, .exited(code: 1))
            let record = try script.record(id)
            #expect(record.state == .queued)
            #expect(record.attempt == number + 1)
            #expect(record.attempts.last?.error == "no luck")
            #expect(record.attempts.last?.exitCode == 1)
            #expect(record.attempts.last?.activeMilliseconds == 100)
            #expect(record.pid == nil)
            #expect(record.queuePosition == nil)
            #expect(record.retryAt?.milliseconds == script.now.wall.milliseconds + Int64(delay * 1000))
            #expect(script.stored.last == record)
            try script.pass(.seconds(delay) - .milliseconds(1))
            #expect(script.launched.count == number)
            try script.pass(.milliseconds(1))
            #expect(script.launched.count == number + 1)
            try script.open(id)
        }
        try script.end(id, .killed)
        let record = try script.record(id)
        #expect(record.state == .failed)
        #expect(record.attempts.count == 2)
        #expect(record.attempt == 3)
    }

    @Test("a task whose end was requested gets no other attempt", arguments: [TaskAction.terminate, .kill])
    func unwanted(action: TaskAction) throws {
        var script = BoardScript(maxRunning: nil)
        let id = try script.running(.with(retries: 5))
        try script.request(action, id)
        try script.end(id, .exited(code: 3))
        #expect(try script.record(id).state.isFinal)
    }

    @Test("a task whose end is requested while it waits for its next attempt gets none")
    func unwantedLater() throws {
        var script = BoardScript(maxRunning: nil)
        let id = try script.running(.with(retries: 5))
        try script.end(id, .killed)
        try script.request(.terminate, id)
        #expect(try script.record(id).state == .terminated)
        try script.pass(.seconds(60))
        #expect(script.launched.count == 1)
    }
}
