import JSON
import OrderedCollections
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("Invariants in every order of events")
struct BoardPropertyTests {
    /// Workers that may do anything at any time, and clients that request anything.
    private struct Simulation {
        var script: BoardScript
        var random: SeededGenerator
        /// Launched, without a process so far.
        var launched: [TaskID] = []
        var alive: [TaskID] = []
        var requests: [RequestID] = []
        var submitted: [TaskID: TaskOptions] = [:]
        private var recordedActions = 0
        /// The records to be stored.
        private var unstored: [TaskRecord] = []
        /// As what tasks are stored.
        private var stored: [TaskID: TaskState] = [:]
        /// The tasks with a reserved slot that are being stored.
        private var reserved: [TaskRecord] = []

        init(_ policy: TaskBoard.Policy, seed: UInt64) {
            script = BoardScript(policy)
            script.storesAtOnce = false
            script.storesStartsAtOnce = false
            random = SeededGenerator(seed: seed)
        }

        mutating func step() throws {
            switch Int.random(in: 0..<20, using: &random) {
            case 0: try submit(script.newRecord(options()), hasSlot: false)
            case 1, 17:
                let record = script.newRecord(options())
                if script.reserveSlot(record.options) { reserved.append(record) }
            case 18:
                if let index = reserved.indices.randomElement(using: &random) {
                    try submit(reserved.remove(at: index), hasSlot: true)
                }
            case 2: try startOne()
            case 3...6:
                guard let id = alive.randomElement(using: &random) else { break }
                try script.receive(.task(id, .updated(update())))
            case 7, 8:
                guard let id = script.board.entries.keys.randomElement(using: &random),
                    let action = TaskAction.allCases.randomElement(using: &random)
                else { break }
                requests.append(try script.request(action, id))
            case 9:
                guard let id = alive.randomElement(using: &random), let call = script.calls.last else { break }
                let result = [CallResult.accepted, .refused, .unreachable(reason: "")].randomElement(using: &random)
                try script.receive(.task(id, .called(call.id, result ?? .accepted)))
            case 10: try script.pass(.milliseconds(Int.random(in: 0...3000, using: &random)))
            case 11: try script.receive(.queuePaused(Bool.random(using: &random)))
            case 12:
                guard let id = script.board.entries.keys.randomElement(using: &random) else { break }
                let end = QueueEnd.allCases.randomElement(using: &random)
                let change =
                    Bool.random(using: &random)
                    ? QueueChange.priority(Int.random(in: -2...2, using: &random), end)
                    : .position(end ?? .first)
                guard let (priority, order) = script.board.newRank(of: id, after: change) else { break }
                try script.receive(.task(id, .reordered(priority: priority, order: order)))
            case 13, 14: try save()
            case 15, 16:
                guard let id = script.board.entries.keys.randomElement(using: &random) else { break }
                let isAnswering = Bool.random(using: &random)
                let events: [BoardEvent] = [
                    .task(id, .stopped), .task(id, .continued), .task(id, .logged),
                    .task(id, .probed(BoardScript.address, isAnswering: isAnswering)),
                ]
                try script.receive(events.randomElement(using: &random) ?? .task(id, .stopped))
            default:
                guard let index = alive.indices.randomElement(using: &random) else { break }
                try end(alive.remove(at: index))
            }
            recordActions()
            try checkReasons()
            checkDisk()
        }

        private mutating func submit(_ record: TaskRecord, hasSlot: Bool) throws {
            submitted[record.id] = record.options
            stored[record.id] = hasSlot ? .starting : .queued
            requests.append(try script.submit(record, hasSlot: hasSlot))
        }

        /// Checks that nothing shows as queued, starting or ended that is not stored so.
        private func checkDisk() {
            for (id, entry) in script.board.entries
            where [.queued, .starting].contains(entry.state) || entry.state.isFinal {
                #expect(stored[id] == entry.state)
            }
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
                    #expect(isQuiet == (record.reason == nil) || record.reason == .storing)
                case .completed, .failed, .terminated, .killed:
                    #expect(record.reason == nil && record.notAnsweringSince == nil)
                }
            }
        }

        /// Records the launches and ends among the actions since the last call.
        mutating func recordActions() {
            for action in script.actions[recordedActions...] {
                switch action {
                case .launch(let launch): launched.append(launch.id)
                case .store(let record): unstored.append(record)
                default: break
                }
            }
            recordedActions = script.actions.count
        }

        private mutating func startOne() throws {
            guard let id = launched.popLast() else { return }
            if Int.random(in: 0..<4, using: &random) > 0 {
                try script.receive(.task(id, .started(pid: 42)))
                alive.append(id)
            } else {
                try script.receive(.task(id, .launchFailed(reason: "no memory")))
            }
        }

        private mutating func save() throws {
            guard let index = unstored.indices.randomElement(using: &random) else { return }
            let record = unstored.remove(at: index)
            stored[record.id] = record.state
            try script.receive(.task(record.id, .stored))
        }

        /// Ends everything: all processes exit, time passes, tasks are stored.
        mutating func finish() throws {
            while let record = reserved.popLast() { try submit(record, hasSlot: true) }
            try script.receive(.queuePaused(false))
            recordActions()
            while !launched.isEmpty || !alive.isEmpty || !unstored.isEmpty || script.board.nextDeadline != nil {
                while let id = launched.popLast() {
                    try script.receive(.task(id, .started(pid: 42)))
                    alive.append(id)
                }
                for id in alive { try end(id) }
                alive = []
                while !unstored.isEmpty {
                    try save()
                    recordActions()
                }
                try script.pass(.seconds(300))
                recordActions()
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
                .outcome(.failed("x")), .outcome(.signaled(.terminate)), .outcome(.resourcesExhausted("no thread")),
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
        // Some boards drop what has ended almost at once.
        policy.window = seed % 4 == 1 ? 3 : nil
        policy.maxRunning = seed % 5 == 0 ? nil : Int(seed % 5)
        policy.keepsQueue = seed % 2 == 0
        policy.requeuesInterrupted = seed % 7 == 0
        var simulation = Simulation(policy, seed: seed)
        var ended: [TaskID: TaskState] = [:]
        // The script throws a defect, which fails the test here.
        for step in 0..<300 {
            try simulation.step()
            if step == 250, seed % 3 == 0 { try simulation.script.receive(.shutdownRequested(byForce: seed % 2 == 0)) }
            let board = simulation.script.board
            if case .suspended(let failures) = board.launching {
                #expect(board.nextDeadline ?? .zero <= failures.retryAt)
            }
            if let limit = policy.maxRunning, board.queue.active > limit { Issue.record("\(board.queue)") }
            for (id, entry) in board.entries {
                let state = entry.phase.state
                if let before = ended[id], before != state { Issue.record("\(id) was \(before) and is \(state)") }
                if state.isFinal { ended[id] = state }
            }
        }
        try simulation.finish()
        try simulation.script.receive(.shutdownRequested(byForce: false))
        try simulation.finish()
        try expectOrder(in: simulation, policy)
    }

    private func expectOrder(in simulation: Simulation, _ policy: TaskBoard.Policy) throws {
        let board = simulation.script.board
        for entry in board.entries.values where !entry.phase.state.isFinal {
            // No worker is left.
            #expect(entry.isQueued)
        }
        var ends: [TaskID: Int] = [:]
        for case .report(.changed(let record)) in simulation.script.actions where record.state.isFinal {
            ends[record.id, default: 0] += 1
            let options = try #require(simulation.submitted[record.id])
            #expect(record.attempts.count { !$0.isInterrupted } <= options.retries)
            #expect(record.attempts.map(\.number) == Array(1...(record.attempts.count + 1)).dropLast())
            // What was shown is what was stored.
            #expect(simulation.script.stored.last { $0.id == record.id } == record)
        }
        #expect(ends.values.allSatisfy { $0 == 1 })
        #expect(ends.count + board.queue.queued == simulation.submitted.count)
        if let window = policy.window { #expect(board.entries.count <= window + board.queue.queued) }
        for request in simulation.requests { #expect(simulation.script.answers(to: request).count == 1) }
        #expect(board.tally.count(TaskQuery()) == simulation.submitted.count)
        let drains = simulation.script.actions.filter { if case .drained = $0 { true } else { false } }
        #expect(drains.count == 1)
    }
}
