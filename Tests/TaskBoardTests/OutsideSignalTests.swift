import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("A signal to a worker that the service has not sent")
struct OutsideSignalTests {
    private static let signals: [StopSignal] = [.terminate, .interrupt, .hangUp]

    private static func script(requeues: Bool = false) -> BoardScript {
        BoardScript(TaskBoard.Policy(keepsQueue: true, requeuesInterrupted: requeues))
    }

    /// Stops a worker at a checkpoint, or ends it, by the signal.
    private static func end(_ id: TaskID, by signal: StopSignal, isGraceful: Bool, _ script: inout BoardScript) throws {
        if isGraceful {
            try script.receive(.task(id, .updated(.outcome(.signaled(signal)))))
            #expect(try script.record(id).state == .stopping)
            try script.end(id)
        } else {
            try script.end(id, .signaled(number: 0, name: signal.rawValue))
        }
    }

    @Test("is a failure that names it, after 250 ms", arguments: signals, [true, false])
    func failure(signal: StopSignal, isGraceful: Bool) throws {
        var script = Self.script()
        let id = try script.running()
        try Self.end(id, by: signal, isGraceful: isGraceful, &script)
        try script.pass(.milliseconds(249))
        #expect(try script.record(id).state == .stopping)
        #expect(script.board.queue.active == 1)
        try script.pass(.milliseconds(1))
        let record = try script.record(id)
        #expect(record.state == .failed)
        #expect(record.error == "\(signal.rawValue) from outside")
        #expect(record.exitCode == (isGraceful ? 0 : nil))
        #expect(record.termination == nil)
    }

    @Test("costs an attempt, and is followed by another if there are retries")
    func retry() throws {
        var script = Self.script()
        let id = try script.running(.with(retries: 1))
        try Self.end(id, by: .terminate, isGraceful: true, &script)
        try script.pass(.milliseconds(250))
        #expect(try script.record(id).state == .queued)
        #expect(try script.record(id).attempts.map(\.error) == ["SIGTERM from outside"])
        try script.pass(.seconds(1))
        #expect(script.launched == [id, id])
    }

    @Test(
        "belongs to a shutdown that begins within 250 ms, in whatever order they arrive",
        arguments: [true, false], [true, false])
    func shutdown(isGraceful: Bool, requeues: Bool) throws {
        for moment in 0..<3 {
            var script = Self.script(requeues: requeues)
            let id = try script.running()
            if moment == 0 { try script.receive(.shutdownRequested(byForce: false)) }
            if isGraceful { try script.receive(.task(id, .updated(.outcome(.signaled(.terminate))))) }
            if moment == 1 { try script.receive(.shutdownRequested(byForce: false)) }
            try script.end(id, isGraceful ? .exited(code: 0) : .signaled(number: 15, name: "SIGTERM"))
            if moment == 2 { try script.receive(.shutdownRequested(byForce: false)) }
            let record = try script.record(id)
            #expect(script.isDrained)
            #expect(record.state == (requeues ? .queued : .terminated))
            #expect(record.error == nil)
            #expect(record.attempts.map(\.isInterrupted) == (requeues ? [true] : []))
        }
    }

    @Test("does not change a requested end", arguments: signals, [true, false])
    func requested(signal: StopSignal, isGraceful: Bool) throws {
        var script = Self.script()
        let id = try script.running()
        let end = try script.request(.terminate, id)
        if isGraceful { try script.receive(.task(id, .updated(.outcome(.signaled(signal))))) }
        try script.end(id, isGraceful ? .exited(code: 0) : .signaled(number: 0, name: signal.rawValue))
        #expect(try script.answers(to: end).map { try $0.get().state } == [.terminated])
    }

    @Test("answers a request for the end meanwhile, and there is no other attempt then")
    func meanwhile() throws {
        var script = Self.script()
        let id = try script.running(.with(retries: 1))
        let pause = try script.request(.pause, id)
        try Self.end(id, by: .terminate, isGraceful: false, &script)
        #expect(script.answers(to: pause).count == 1)
        let latePause = try script.request(.pause, id)
        #expect(script.answers(to: latePause) == [.failure(.invalidState(id, action: .pause, current: .stopping))])
        let end = try script.request(.kill, id)
        #expect(script.answers(to: end).isEmpty)
        try script.pass(.milliseconds(250))
        #expect(try script.answers(to: end).map { try $0.get().state } == [.failed])
    }

    @Test("that does not make the worker end in time is followed by the escalation, and is a failure all the same")
    func stubborn() throws {
        var script = Self.script()
        let id = try script.running()
        try script.receive(.task(id, .updated(.outcome(.signaled(.terminate)))))
        try script.pass(.seconds(6))
        #expect(script.signals() == [.terminate, .kill])
        try script.end(id, .killed)
        #expect(try script.record(id).state == .failed)
        #expect(try script.record(id).error == "SIGTERM from outside")
    }
}
