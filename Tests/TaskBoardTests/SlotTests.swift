import JSON
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
        let submission = try script.submit(record, hasSlot: true)
        #expect(script.answers(to: submission) == [.success(try script.record(record.id))])
        #expect(script.launched == [record.id])
        #expect(script.storedStarts.isEmpty)
        #expect(try script.record(record.id).state == .starting)
        let next = try script.submit()
        try script.open(record.id)
        try script.end(record.id)
        #expect(script.launched == [record.id, next])
        #expect(script.storedStarts == [next])
    }

    @Test("start no task if the queue was paused meanwhile: it shows as queued once it is stored so")
    func paused() throws {
        var script = BoardScript(maxRunning: 1)
        script.storesAtOnce = false
        let slot8 = script.reserveSlot()
        #expect(slot8)
        let record = script.newRecord()
        try script.receive(.queuePaused(true))
        let submission = try script.submit(record, hasSlot: true)
        // As it is on disk.
        #expect(try script.record(record.id).state == .starting)
        #expect(script.stored.map(\.state) == [.queued])
        #expect(script.answers(to: submission).isEmpty)
        try script.receive(.task(record.id, .stored))
        let queued = try script.record(record.id)
        #expect(queued.state == .queued)
        #expect(script.stored.map(\.revision) == [queued.revision])
        #expect(try script.answers(to: submission).map { try $0.get().state } == [.queued])
        #expect(script.launched.isEmpty)
        #expect(script.board.queue.active == 0)
        try script.receive(.queuePaused(false))
        #expect(script.launched == [record.id])
        #expect(script.storedStarts == [record.id])
    }

    @Test("delay the end of a shutdown until the task is stored as queued")
    func shutdown() throws {
        var script = BoardScript(TaskBoard.Policy(maxRunning: 1, keepsQueue: true))
        script.storesAtOnce = false
        let slot9 = script.reserveSlot()
        #expect(slot9)
        let record = script.newRecord()
        try script.receive(.shutdownRequested(byForce: false))
        let submission = try script.submit(record, hasSlot: true)
        #expect(!script.isDrained)
        try script.receive(.task(record.id, .stored))
        #expect(script.isDrained)
        #expect(try script.answers(to: submission).map { try $0.get().state } == [.queued])
        #expect(script.launched.isEmpty)
    }

    @Test("start no task while workers cannot be launched; its data stays with the store if memory has no room")
    func unlaunchable() throws {
        var script = BoardScript(TaskBoard.Policy(maxRunning: nil, dataSize: 0))
        let first = try script.submit()
        let slot10 = script.reserveSlot()
        #expect(slot10)
        try script.receive(.task(first, .launchFailed(reason: "no room")))
        script.storesAtOnce = false
        var record = script.newRecord()
        record.data = JSONText(.string(String(repeating: "x", count: 1000)))
        try script.submit(record, hasSlot: true)
        try script.receive(.task(record.id, .stored))
        #expect(try script.record(record.id).state == .queued)
        #expect(script.launched == [first])
        #expect(script.board.entries[record.id]?.data == nil)
    }
}
