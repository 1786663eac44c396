import JSON
import OrderedCollections
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("What holds in every order of events")
struct BoardPropertyTests {
    /// A world of workers that may do anything at any time, and of clients that want anything.
    private struct World {
        var script: BoardScript
        var random: SeededGenerator
        /// Started, as far as the board knows, without a process so far.
        var unborn: [TaskID] = []
        var alive: [TaskID] = []
        var requests: [RequestID] = []
        var submitted: [TaskID: TaskOptions] = [:]
        private var seenActions = 0
        /// What is to be stored and is not yet.
        private var unsaved: [TaskID] = []

        init(_ policy: TaskBoard.Policy, seed: UInt64) {
            script = BoardScript(policy)
            script.storesAtOnce = false
            random = SeededGenerator(seed: seed)
        }

        mutating func step() throws {
            switch Int.random(in: 0..<18, using: &random) {
            case 0, 1:
                let options = options()
                submitted[try script.submit(options)] = options
            case 2: try beBorn()
            case 3...6:
                guard let id = alive.randomElement(using: &random) else { break }
                try script.receive(.updated(id, update()))
            case 7, 8:
                guard let id = script.board.entries.keys.randomElement(using: &random),
                    let action = TaskAction.allCases.randomElement(using: &random)
                else { break }
                requests.append(try script.request(action, id))
            case 9:
                guard let id = alive.randomElement(using: &random), let call = script.calls.last else { break }
                let result = [CallResult.accepted, .refused, .unreachable(reason: "")].randomElement(using: &random)
                try script.receive(.called(id, call.id, result ?? .accepted))
            case 10: try script.pass(.milliseconds(Int.random(in: 0...3000, using: &random)))
            case 11: try script.receive(.held(Bool.random(using: &random)))
            case 12:
                guard let id = script.board.entries.keys.randomElement(using: &random) else { break }
                let end = QueueEnd.allCases.randomElement(using: &random)
                let change =
                    Bool.random(using: &random)
                    ? QueueChange.priority(Int.random(in: -2...2, using: &random), end)
                    : .position(end ?? .first)
                guard let (priority, order) = script.board.newRank(of: id, after: change) else { break }
                try script.receive(.reordered(id, priority: priority, order: order))
            case 13, 14: try save()
            case 15, 16:
                guard let id = script.board.entries.keys.randomElement(using: &random) else { break }
                let isAnswering = Bool.random(using: &random)
                let events: [BoardEvent] = [
                    .stopped(id), .continued(id), .showedLife(id),
                    .probed(id, BoardScript.address, isAnswering: isAnswering),
                ]
                try script.receive(events.randomElement(using: &random) ?? .stopped(id))
            default:
                guard let index = alive.indices.randomElement(using: &random) else { break }
                try end(alive.remove(at: index))
            }
            look()
            try checkReasons()
        }

        /// Checks that tasks have a reason exactly where they do not run.
        private func checkReasons() throws {
            for id in script.board.entries.keys.prefix(5) {
                let record = try script.record(id)
                switch record.state {
                case .queued: #expect(record.notAnsweringSince == nil && record.reason != nil)
                case .starting, .paused, .stopping: #expect(record.reason != nil)
                case .running:
                    let isQuiet = record.pending == nil && record.notAnsweringSince == nil
                    #expect(isQuiet == (record.reason == nil) || record.reason == .storingEnd)
                case .completed, .failed, .terminated, .killed:
                    #expect(record.reason == nil && record.notAnsweringSince == nil)
                }
            }
        }

        /// Notes what the board has asked for since the last time.
        mutating func look() {
            for action in script.actions[seenActions...] {
                switch action {
                case .launch(let assignment): unborn.append(assignment.taskID)
                case .storeEnd(let record): unsaved.append(record.id)
                default: break
                }
            }
            seenActions = script.actions.count
        }

        private mutating func beBorn() throws {
            guard let id = unborn.popLast() else { return }
            if Int.random(in: 0..<4, using: &random) > 0 {
                try script.receive(.started(id, pid: 42))
                alive.append(id)
            } else {
                try script.receive(.launchFailed(id, reason: "bad luck"))
            }
        }

        private mutating func save() throws {
            guard let index = unsaved.indices.randomElement(using: &random) else { return }
            try script.receive(.stored(unsaved.remove(at: index)))
        }

        /// Lets everything come to its end: all processes die, time passes, what is to be stored is.
        mutating func finish() throws {
            try script.receive(.held(false))
            look()
            while !unborn.isEmpty || !alive.isEmpty || !unsaved.isEmpty || script.board.nextDeadline != nil {
                while let id = unborn.popLast() {
                    try script.receive(.started(id, pid: 42))
                    alive.append(id)
                }
                for id in alive { try end(id) }
                alive = []
                while !unsaved.isEmpty { try save() }
                try script.pass(.seconds(300))
                look()
            }
        }

        private mutating func options() -> TaskOptions {
            var options = TaskOptions()
            options.priority = Int.random(in: -2...2, using: &random)
            options.retries = Int.random(in: 0...2, using: &random)
            if Bool.random(using: &random) { options.timeout = Double.random(in: 0.1...5, using: &random) }
            if Int.random(in: 0..<4, using: &random) == 0 {
                options.notBefore = Timestamp(
                    milliseconds: script.now.wall.milliseconds + Int64.random(in: -1000...9000, using: &random))
            }
            return options
        }

        mutating func end(_ id: TaskID) throws {
            try script.end(
                id,
                [
                    .killed, .exited(code: 0), .exited(code: 1), .exited(code: 71),
                    .signaled(number: 15, name: "SIGTERM"),
                ]
                .randomElement(using: &random) ?? .killed)
        }

        private mutating func update() -> WorkerUpdate {
            let updates: [WorkerUpdate] = [
                .hello(BoardScript.address), .paused, .resumed, .outcome(.completed(.null)), .outcome(.stopped),
                .outcome(.failed("x")), .outcome(.signaled(.terminate)), .outcome(.noRoom("no thread")),
                .progress(TaskProgress(done: Int.random(in: 0...4, using: &random), total: 3)),
            ]
            return updates.randomElement(using: &random) ?? .paused
        }
    }

    @Test(
        "states move along the table, every request has one answer, every task one end",
        arguments: 0..<70 as Range<UInt64>)
    func interleavings(seed: UInt64) throws {
        var policy = TaskBoard.Policy()
        // Some worlds forget what has ended almost at once.
        policy.window = seed % 4 == 1 ? 3 : nil
        policy.maxRunning = seed % 5 == 0 ? nil : Int(seed % 5)
        policy.keepsQueue = seed % 2 == 0
        policy.requeuesInterrupted = seed % 7 == 0
        var world = World(policy, seed: seed)
        var ended: [TaskID: TaskState] = [:]
        // A defect is thrown by the script and fails the test here.
        for step in 0..<300 {
            try world.step()
            if step == 250, seed % 3 == 0 { try world.script.receive(.shutdownRequested(byForce: seed % 2 == 0)) }
            let board = world.script.board
            if case .held(let hold) = board.launching { #expect(board.nextDeadline ?? .zero <= hold.until) }
            if let limit = policy.maxRunning, board.queue.active > limit { Issue.record("\(board.queue)") }
            for (id, entry) in board.entries {
                let state = entry.phase.state
                if let before = ended[id], before != state { Issue.record("\(id) was \(before) and is \(state)") }
                if state.isFinal { ended[id] = state }
            }
        }
        try world.finish()
        try world.script.receive(.shutdownRequested(byForce: false))
        try world.finish()
        try expectOrder(in: world, policy)
    }

    private func expectOrder(in world: World, _ policy: TaskBoard.Policy) throws {
        let board = world.script.board
        for entry in board.entries.values where !entry.phase.state.isFinal {
            // All workers are gone.
            #expect(entry.phase.isIdle)
        }
        var ends: [TaskID: Int] = [:]
        for case .changed(let record) in world.script.actions where record.state.isFinal {
            ends[record.id, default: 0] += 1
            let options = try #require(world.submitted[record.id])
            #expect(record.attempts.count { !$0.isInterrupted } <= options.retries)
            #expect(record.attempts.map(\.number) == Array(1...(record.attempts.count + 1)).dropLast())
            // What was told is what was stored.
            #expect(world.script.stored.last { $0.id == record.id } == record)
        }
        #expect(ends.values.allSatisfy { $0 == 1 })
        #expect(ends.count + board.queue.queued == world.submitted.count)
        if let window = policy.window { #expect(board.entries.count <= window + board.queue.queued) }
        for request in world.requests { #expect(world.script.answers(to: request).count == 1) }
        #expect(board.tally.count(TaskQuery()) == world.submitted.count)
        let drains = world.script.actions.filter { if case .drained = $0 { true } else { false } }
        #expect(drains.count == 1)
    }
}
