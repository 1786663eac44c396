import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("Tasks that wait for a civil time")
struct CivilTimeTests {
    @Test("a task is not started before its time, and enters the queue then")
    func notBefore() throws {
        var script = BoardScript(maxRunning: nil)
        let id = try script.submit(.with(notBefore: 90_000))
        #expect(try script.record(id).queuePosition == nil)
        try script.pass(.milliseconds(89_999))
        #expect(script.launched.isEmpty)
        try script.pass(.milliseconds(1))
        #expect(script.launched == [id])
    }

    @Test("a clock that is set is noticed within half a minute, forward and back")
    func clockJumps() throws {
        var script = BoardScript(maxRunning: nil)
        let id = try script.submit(.with(notBefore: 3_600_000))
        try script.pass(.seconds(60))
        script.setClock(forwardBy: .seconds(3600))
        try script.pass(.seconds(30))
        #expect(script.launched == [id])

        let second = try script.submit(.with(notBefore: script.now.wall.milliseconds + 10_000))
        script.setClock(forwardBy: .seconds(-600))
        try script.pass(.seconds(600))
        #expect(script.launched == [id])
        try script.pass(.seconds(11))
        #expect(script.launched == [id, second])
    }

    @Test("a clock that is set changes neither the running time nor the wait for another attempt")
    func clockJumpsWhileRunning() throws {
        var script = BoardScript(maxRunning: nil)
        let id = try script.running(.with(timeout: 10, retries: 1))
        script.setClock(forwardBy: .seconds(-86_400))
        try script.pass(.seconds(5))
        script.setClock(forwardBy: .seconds(172_800))
        #expect(try script.record(id).state == .running)
        #expect(try script.record(id).activeMilliseconds == 5000)
        try script.end(id, .killed)
        script.setClock(forwardBy: .seconds(-86_400))
        try script.pass(.seconds(1))
        #expect(script.launched.count == 2)
    }
}
