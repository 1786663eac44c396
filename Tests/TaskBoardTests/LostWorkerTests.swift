import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("Workers that are lost")
struct LostWorkerTests {
    @Test(
        "a worker that ends by itself fails its task; the error names signal or exit code",
        arguments: [
            (.exited(code: 3), nil, "the worker exited with code 3 before it reported an outcome"),
            (.exited(code: 0), nil, "the worker exited with code 0 before it reported an outcome"),
            (.killed, nil, "the worker was ended by signal 9 (SIGKILL) before it reported an outcome"),
            (
                .exited(code: 1), "disk full",
                "the worker exited with code 1 before it reported an outcome; last log line: disk full"
            ),
        ] as [(WorkerEnd.Status, String?, String)])
    func death(status: WorkerEnd.Status, log: String?, error: String) throws {
        var script = BoardScript()
        let id = try script.running()
        try script.end(id, status, log: log)
        #expect(try script.record(id).state == .failed)
        #expect(try script.record(id).error == error)
    }

    @Test("a worker that ends while it is paused or starting fails its task too", arguments: [true, false])
    func deathElsewhere(isPaused: Bool) throws {
        var script = BoardScript()
        let id = isPaused ? try script.running() : try script.submit()
        if isPaused { try script.receive(.task(id, .updated(.paused))) }
        try script.end(id, .killed)
        #expect(try script.record(id).state == .failed)
        #expect(try script.record(id).error?.hasSuffix(isPaused ? "reported an outcome" : "opened its port") == true)
    }

    @Test(
        "a worker that breaks the protocol is killed, and its task failed for that reason",
        arguments: [
            WorkerUpdate.hello(BoardScript.address), .progress(TaskProgress(done: 4, total: 3)),
            .progress(TaskProgress(done: 0, total: 3, fraction: -1)),
        ])
    func lies(update: WorkerUpdate) throws {
        var script = BoardScript()
        let id = try script.running()
        try script.receive(.task(id, .updated(update)))
        #expect(script.signals() == [.kill])
        #expect(try script.record(id).state == .stopping)
        try script.end(id, .killed)
        #expect(try script.record(id).state == .failed)
        #expect(try script.record(id).error?.hasPrefix("the worker ") == true)
        #expect(try script.record(id).termination?.stage == .sigkill)
    }

    @Test(
        "a worker that reports before it is open, or at no possible port, is killed",
        arguments: [
            WorkerUpdate.paused, .progress(TaskProgress(done: 0, total: 1)), .outcome(.stopped),
            .hello(WorkerAddress(host: "127.0.0.1", port: 0)),
        ])
    func badStart(update: WorkerUpdate) throws {
        var script = BoardScript()
        let id = try script.submit()
        try script.receive(.task(id, .started(pid: 42)))
        try script.receive(.task(id, .updated(update)))
        #expect(script.signals() == [.kill])
        try script.end(id, .killed)
        #expect(try script.record(id).state == .failed)
    }

    @Test("a worker whose port does not open within 5 s is killed, and its task fails for that reason")
    func neverOpens() throws {
        var script = BoardScript()
        let id = try script.submit()
        let pause = try script.request(.pause, id)
        try script.receive(.task(id, .started(pid: 42)))
        try script.pass(.milliseconds(4999))
        #expect(script.signals().isEmpty)
        try script.pass(.milliseconds(1))
        #expect(script.signals() == [.kill])
        #expect(script.answers(to: pause).count == 1)
        try script.end(id, .killed)
        #expect(try script.record(id).error == "the worker did not open its port within 5 s")
    }

    @Test("a worker that reports its outcome but does not exit is ended by signals, and keeps its outcome")
    func doesNotExit() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.receive(.task(id, .updated(.outcome(.completed(1)))))
        try script.pass(.milliseconds(5249))
        #expect(script.signals() == [.terminate])
        try script.pass(.milliseconds(1))
        #expect(script.signals() == [.terminate, .kill])
        try script.end(id, .killed)
        #expect(try script.record(id).state == .completed)
        #expect(try script.record(id).termination?.stage == .sigkill)
    }

    @Test("progress of our own work never decreases")
    func backwards() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.receive(.task(id, .updated(.progress(TaskProgress(done: 2, total: 3)))))
        try script.receive(.task(id, .updated(.progress(TaskProgress(done: 1, total: 3)))))
        #expect(try script.record(id).progress.done == 2)
    }

    @Test("updates after the end are ignored")
    func afterTheEnd() throws {
        var script = BoardScript()
        let id = try script.running()
        try script.end(id, .killed)
        let before = try script.record(id)
        try script.receive(.task(id, .updated(.paused)))
        try script.receive(.task(id, .updated(.outcome(.completed(1)))))
        try script.end(id)
        #expect(try script.record(id) == before)
    }
}
