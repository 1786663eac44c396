import TaskModel
import TestSupport
import Testing

@testable import TaskBoard

@Suite("Slots that are reserved while a task is being stored")
struct SlotTests {
    @Test("are for tasks that would start at once")
    func reservation() throws {
        var script = BoardScript(maxRunning: 2)
        let slot1 = script.reserveSlot(.with(notBefore: script.now.wall.milliseconds + 1000))
        #expect(!slot1)
        let slot2 = script.reserveSlot()
        #expect(slot2)
        let first = try script.submit()
        #expect(script.launched == [first])
        let slot3 = script.reserveSlot()
        #expect(!slot3)
        // A task that finds no slot is queued, although no other one has started.
        let second = try script.submit()
        #expect(try script.record(second).state == .queued)
        try script.receive(.slotReleased)
        #expect(script.launched == [first, second])
        try script.open(first)
        try script.end(first)
        try script.receive(.queuePaused(true))
        let slot4 = script.reserveSlot()
        #expect(!slot4)
        try script.receive(.queuePaused(false))
        let slot5 = script.reserveSlot()
        #expect(slot5)
        try script.receive(.slotReleased)
        try script.receive(.shutdownRequested(byForce: false))
        let slot6 = script.reserveSlot()
        #expect(!slot6)
    }

    @Test("start a task without another write")
    func start() throws {
        var script = BoardScript(maxRunning: 1)
        let slot7 = script.reserveSlot()
        #expect(slot7)
        let record = script.newRecord()
        try script.receive(.submitted(record, hasSlot: true))
        #expect(script.launched == [record.id])
        #expect(script.launches.map(\.isStartStored) == [true])
        #expect(try script.record(record.id).state == .starting)
        let next = try script.submit()
        try script.open(record.id)
        try script.end(record.id)
        #expect(script.launched == [record.id, next])
        #expect(script.launches.map(\.isStartStored) == [true, false])
    }

    @Test("are released if the queue was paused meanwhile, and the task waits")
    func paused() throws {
        var script = BoardScript(maxRunning: 1)
        let slot8 = script.reserveSlot()
        #expect(slot8)
        let record = script.newRecord()
        #expect(script.board.allowsReservedStart)
        try script.receive(.queuePaused(true))
        #expect(!script.board.allowsReservedStart)
        try script.receive(.submitted(record))
        try script.receive(.slotReleased)
        #expect(script.launched.isEmpty)
        try script.receive(.queuePaused(false))
        #expect(script.launched == [record.id])
        #expect(script.launches.map(\.isStartStored) == [false])
    }

    @Test("delay the end of a shutdown until they are released")
    func shutdown() throws {
        var script = BoardScript(TaskBoard.Policy(maxRunning: 1, keepsQueue: true))
        let slot9 = script.reserveSlot()
        #expect(slot9)
        let record = script.newRecord()
        try script.receive(.shutdownRequested(byForce: false))
        #expect(!script.board.allowsReservedStart)
        try script.receive(.submitted(record))
        #expect(!script.isDrained)
        try script.receive(.slotReleased)
        #expect(script.isDrained)
        #expect(script.launched.isEmpty)
    }
}
