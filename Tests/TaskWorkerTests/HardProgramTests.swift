import Glibc
import Processes
import TestSupport
import Testing

/// The ways in which a tree of processes is found and ended.
enum TreeMethod: String, CaseIterable {
    /// A control group where there can be one; otherwise as the next one.
    case group
    case children
    case parents

    var options: [String] {
        switch self {
        case .group: []
        case .children: ["--no-group"]
        case .parents: ["--no-group", "--scan"]
        }
    }
}

/// One at a time: each fills the processors.
@Suite("Hard programs", .serialized, .timeLimit(.minutes(15)))
struct HardProgramTests {
    /// Each program in each way; the whole service ends all of them in the tests of the program.
    private static func cases(_ methods: [TreeMethod] = TreeMethod.allCases) -> [(HardProgram, TreeMethod)] {
        HardProgram.selected.flatMap { program in methods.map { (program, $0) } }
    }

    @Test(
        "Paused, none of its processes runs or uses the processor, and resumed, they go on",
        arguments: cases().filter { !($0.0.isStorm && $0.1 == .parents) })
    func pause(program: HardProgram, method: TreeMethod) async throws {
        // What forks all the time is not found by a search of the whole system, process by process, while it is paused.
        try await ProgramFixture.run(program.command, options: method.options) { fixture in
            try await fixture.worker.output.line(with: "ready")
            for _ in 1...2 {
                try await fixture.pause()
                let before = try await fixture.processes.processorTime
                #expect(try await fixture.processes.running == [])
                #expect(try await fixture.processes.pids != [])
                #expect(try await fixture.processes.processorTime == before)
                try await fixture.resume()
            }
            try await fixture.worker.write(line: "kill")
            try await fixture.worker.output.line(with: "ended SIGKILL")
        }
    }

    @Test(
        "Asked to end, it ends with all that it has started, also when it is paused",
        arguments: cases())
    func stop(program: HardProgram, method: TreeMethod) async throws {
        try await ProgramFixture.run(program.command, options: method.options) { fixture in
            try await fixture.worker.output.line(with: "ready")
            if !program.isStorm { try await fixture.pause() }
            try await fixture.worker.write(line: "stop")
            if program == .ignoresSignals { try await fixture.worker.write(line: "kill") }
            let expected = program == .ignoresSignals ? "ended SIGKILL" : "ended SIGTERM"
            let line = try await fixture.worker.output.line(with: "ended")
            #expect(line.hasPrefix(expected) && line.hasSuffix("remaining 0"))
        }
    }

    @Test("By force it ends at once, also when it is paused", arguments: cases())
    func kill(program: HardProgram, method: TreeMethod) async throws {
        for isPaused in [false, true] where !(isPaused && program.isStorm) {
            try await ProgramFixture.run(program.command, options: method.options) { fixture in
                try await fixture.worker.output.line(with: "ready")
                if isPaused { try await fixture.pause() }
                try await fixture.worker.write(line: "kill")
                try await fixture.worker.output.line(with: "ended SIGKILL, left behind 0, remaining 0")
                #expect(try await fixture.processes.pids == [])
            }
        }
    }

    @Test("Its worker killed, the supervisor ends it", arguments: cases([.children, .group]))
    func workerKilled(program: HardProgram, method: TreeMethod) async throws {
        try await ProgramFixture.run(program.command, supervised: true, options: method.options) { fixture in
            try await fixture.worker.output.line(with: "ready")
            Glibc.kill(try await fixture.supervisedWorker(), SIGKILL)
            try await fixture.worker.output.line(with: "swept, remaining 0")
        }
    }

    @Test(
        "The supervisor killed, the worker ends it, also a worker that is stopped",
        arguments: HardProgram.selected, [false, true])
    func supervisorKilled(program: HardProgram, isStopped: Bool) async throws {
        let method = isStopped ? TreeMethod.group : .children
        try await ProgramFixture.run(program.command, supervised: true, options: method.options) { fixture in
            try await fixture.worker.output.line(with: "ready")
            let worker = try await fixture.supervisedWorker()
            if isStopped { try ProcessWatch.freeze(worker) }
            fixture.worker.send(.kill)
            #expect(try await ProcessWatch.ends(worker, within: .seconds(30)))
            #expect(try await fixture.processes.pids == [])
        }
    }

    @Test(
        "Its worker killed, a supervisor of many tasks ends it, and nothing of the others",
        arguments: cases([.children, .parents]))
    func orphaned(program: HardProgram, method: TreeMethod) async throws {
        try await ProgramFixture.run(
            program.command, supervised: true, options: ["--task", "this"] + method.options
        ) { fixture in
            try await fixture.worker.output.line(with: "ready")
            Glibc.kill(try await fixture.supervisedWorker(), SIGKILL)
            try await fixture.worker.output.line(with: "orphans ended, remaining 0, others 2")
            try await fixture.worker.output.line(with: "swept, remaining 0")
        }
    }

    @Test("Its worker killed, a program that has overwritten its environment is known by its session")
    func orphanedWithoutMarks() async throws {
        try await ProgramFixture.run(
            ["/usr/bin/env", "-i", "/bin/sh", "-c", "sleep 600 & echo ready; sleep 600"], supervised: true,
            options: ["--leader", "--task", "this", "--no-group"]
        ) { fixture in
            try await fixture.worker.output.line(with: "ready")
            let leader = try await fixture.leader()
            #expect(ProcessTree(below: leader).descendants().count > 0)
            Glibc.kill(try await fixture.supervisedWorker(), SIGKILL)
            try await fixture.worker.output.line(with: "orphans ended, remaining 0, others 2")
            #expect(!ProcessWatch.exists(leader))
            try await fixture.worker.output.line(with: "swept, remaining 0")
        }
    }
}
