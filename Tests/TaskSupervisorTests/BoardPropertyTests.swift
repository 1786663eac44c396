import OrderedCollections
import TaskModel
import TestSupport
import Testing

@testable import TaskSupervisor

@Suite("What holds in every order of events")
struct BoardPropertyTests {
    /// A world of workers that may do anything at any time.
    private struct World {
        var script: BoardScript
        var random: SeededGenerator
        var alive: [TaskID] = []
        var unborn: [TaskID] = []
        var requests: [RequestID] = []
        var submitted = 0

        mutating func step() throws {
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                unborn.append(try script.submit())
                submitted += 1
            case 1:
                guard let id = unborn.popLast() else { return }
                if Bool.random(using: &random) || Bool.random(using: &random) {
                    try script.receive(.started(id, pid: 42))
                    alive.append(id)
                } else {
                    try script.receive(.launchFailed(id, reason: "bad luck"))
                }
            case 2...5:
                guard let id = alive.randomElement(using: &random) else { return }
                try script.receive(.updated(id, update()))
            case 6...8:
                guard let id = script.board.entries.keys.randomElement(using: &random),
                    let action = TaskAction.allCases.randomElement(using: &random)
                else { return }
                requests.append(try script.request(action, id))
            case 9:
                guard let id = alive.randomElement(using: &random), let call = script.calls.last else { return }
                let result = [CallResult.accepted, .refused, .unreachable(reason: "")].randomElement(using: &random)
                try script.receive(.called(id, call.id, result ?? .accepted))
            case 10:
                try script.pass(.milliseconds(Int.random(in: 0...3000, using: &random)))
            default:
                guard let index = alive.indices.randomElement(using: &random) else { return }
                try end(alive.remove(at: index))
            }
        }

        mutating func end(_ id: TaskID) throws {
            try script.end(
                id, Bool.random(using: &random) ? .killed : .exited(code: Int32.random(in: 0...2, using: &random)))
        }

        private mutating func update() -> WorkerUpdate {
            let updates: [WorkerUpdate] = [
                .hello(BoardScript.address), .paused, .resumed, .outcome(.completed(nil)), .outcome(.stopped),
                .outcome(.failed("x")), .progress(TaskProgress(done: Int.random(in: 0...4, using: &random), total: 3)),
            ]
            return updates.randomElement(using: &random) ?? .paused
        }
    }

    @Test(
        "states move along the table, every request has one answer, every task one end",
        arguments: 0..<300 as Range<UInt64>)
    func interleavings(seed: UInt64) throws {
        // Some worlds forget what has ended almost at once.
        var world = World(script: BoardScript(keep: seed % 4 == 1 ? 3 : nil), random: SeededGenerator(seed: seed))
        var states: [TaskID: TaskState] = [:]
        // An illegal transition is thrown by the board and fails the test here.
        for step in 0..<200 {
            try world.step()
            if step == 150, seed % 3 == 0 { try world.script.receive(.shutdownRequested(byForce: seed % 2 == 0)) }
            for entry in world.script.board.entries.values {
                if let before = states[entry.id], before.isFinal { #expect(entry.phase.state == before) }
                states[entry.id] = entry.phase.state
            }
        }
        // The world ends: all processes die.
        for id in world.unborn { try world.script.receive(.launchFailed(id, reason: "the end")) }
        for id in world.alive { try world.end(id) }

        for entry in world.script.board.entries.values { #expect(entry.phase.state.isFinal) }
        var ends: [TaskID: Int] = [:]
        for case .changed(let record) in world.script.actions where record.state.isFinal {
            ends[record.id, default: 0] += 1
        }
        #expect(ends.values.allSatisfy { $0 == 1 })
        #expect(ends.count == world.submitted)
        if let keep = world.script.board.keep { #expect(world.script.board.entries.count <= keep) }
        for request in world.requests { #expect(world.script.answers(to: request).count == 1) }
        let total = world.script.board.counts.values.reduce(0, +)
        #expect(total == world.script.board.entries.count)
        try world.script.receive(.shutdownRequested(byForce: false))
        let drains = world.script.actions.filter { if case .drained = $0 { true } else { false } }
        #expect(drains.count == 1)
    }
}
