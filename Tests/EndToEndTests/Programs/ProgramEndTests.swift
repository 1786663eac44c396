import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

/// One at a time: each fills two processors.
@Suite("The end of programs that are hard to end", .serialized, .timeLimit(.minutes(15)))
struct ProgramEndTests {
    private enum Way: CaseIterable {
        case paused, graceful, byForce, byTimeout, workerKilled, supervisorKilled
    }

    /// Of one way for one program.
    private struct Trial {
        let program: HardProgram
        let service: CommandService
        let processes = MarkedProcesses()
        let clock = ContinuousClock()

        /// Creates the task, and returns its record once all of the program is there.
        func start(timeout: Double? = nil) async throws -> TaskRecord {
            let id = try await service.create(
                program.command, data: processes.taskData,
                members: timeout.map(Self.members) ?? [:])
            try await service.output(of: id, contains: "ready")
            let record = try await service.http.get("/tasks/\(id)").record
            // On a busy machine the time may be over by now.
            if timeout == nil { #expect(record.state == .running) }
            return record
        }

        private static func members(timeout: Double) -> [JSONName: JSONValue] { ["timeout": .number(timeout)] }

        /// Ends the task in a way, and checks that nothing is left once it shows as ended.
        func end(_ task: TaskRecord, _ expected: Set<TaskState>, _ way: () async throws -> Void) async throws {
            let start = clock.now
            try await way()
            let record = try await service.lastRecord(of: task.id)
            let time = clock.now - start
            #expect(try await processes.pids == [])
            #expect(expected.contains(record.state))
            report(record.error.map { "\(record.state.rawValue): \($0)" } ?? record.state.rawValue, time)
        }

        func report(_ outcome: String, _ time: Duration) {
            print("hard program \(program): \(outcome), \(time.inMilliseconds)")
        }
    }

    @Test(
        "Paused, resumed, and ended in every way, a program leaves nothing: also when its worker or the service is killed",
        arguments: HardProgram.selected)
    func end(program: HardProgram) async throws {
        let clock = ContinuousClock()
        let end = try await CommandService.run(["--grace", program.isStubborn ? "1" : "60", "--keep", "3"]) { service in
            for way in Way.allCases {
                let trial = Trial(program: program, service: service)
                switch way {
                case .paused: try await pause(trial)
                case .graceful:
                    let task = try await trial.start()
                    try await trial.end(task, program.isStubborn ? [.terminated, .killed] : [.terminated]) {
                        _ = try await service.http.delete("/tasks/\(task.id)?use_http=true")
                    }
                case .byForce:
                    let task = try await trial.start()
                    try await trial.end(task, [.killed]) { _ = try await service.http.delete("/tasks/\(task.id)") }
                case .byTimeout: try await trial.end(try await trial.start(timeout: 1), [.failed]) {}
                case .workerKilled:
                    let task = try await trial.start()
                    let worker = try #require(task.pid)
                    try await trial.end(task, [.failed]) { kill(worker, SIGKILL) }
                case .supervisorKilled:
                    _ = try await trial.start()
                    let start = clock.now
                    service.service.program.send(.kill)
                    // Each that is found; one that forks has others by then.
                    while let pid = try await trial.processes.pids.first {
                        _ = try await ProcessWatch.ends(pid, within: .seconds(30))
                    }
                    trial.report("service killed", clock.now - start)
                }
            }
        }
        #expect(end == .signaled(SIGKILL))
    }

    private func pause(_ trial: Trial) async throws {
        let task = try await trial.start()
        for _ in 1...2 {
            let start = trial.clock.now
            #expect(try await trial.service.control(task.id, .pause).status == 200)
            let paused = trial.clock.now
            let before = try await trial.processes.processorTime
            #expect(try await trial.processes.running == [])
            #expect(try await trial.processes.pids != [])
            let port = try #require(task.workerPort)
            let worker = HTTP(base: "http://127.0.0.1:\(port)")
            let request = trial.clock.now
            let status = try await worker.get("/status")
            let answered = trial.clock.now
            #expect(status.json["status"] == "paused")
            #expect(try await trial.processes.processorTime == before)
            #expect(try await trial.service.control(task.id, .resume).status == 200)
            trial.report("paused", paused - start)
            trial.report("status", answered - request)
        }
        if trial.program.computes {
            let before = try await trial.processes.processorTime
            while try await trial.processes.processorTime <= before {}
        }
        _ = try await trial.service.control(task.id, .pause)
        try await trial.end(task, [.killed]) { _ = try await trial.service.http.delete("/tasks/\(task.id)") }
    }
}

extension HardProgram {
    /// Whether it uses the processor all the time.
    fileprivate var computes: Bool { self != .shell && self != .spawns && !isStorm }
}

extension Duration {
    fileprivate var inMilliseconds: String {
        "\(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000) ms"
    }
}
