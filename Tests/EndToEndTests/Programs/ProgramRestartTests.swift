import FoundationEssentials
import Glibc
import JSON
import NIOConcurrencyHelpers
import Processes
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Programs that outlive the service", .timeLimit(.minutes(15)))
struct ProgramRestartTests {
    @Test("with their worker killed, too, are ended by the next service", arguments: ["setsid", "double-fork", "fork"])
    func survivors(program: String) async throws {
        let processes = MarkedProcesses()
        try await TemporaryDirectory.run { state in
            try await CommandService.run(at: state) { service in
                let id = try await service.create(
                    [BuiltProducts.hardProgram.string, program],
                    data: processes.taskData)
                let worker = try #require(try await service.record(of: id) { $0.output?.lines == 1 }.pid)
                // So that it does not end what the worker leaves.
                try ProcessWatch.freeze(service.service.program.pid)
                kill(worker, SIGKILL)
                #expect(try await ProcessWatch.ends(worker, within: .seconds(30)))
                service.service.program.send(.kill)
            }
            let survivors = try await processes.pids
            #expect(survivors.count >= 2)
            try await CommandService.run(at: state) { service in
                try await service.service.log.line(
                    with: "processes of interrupted tasks that still ran are ended: \(survivors.count)")
                #expect(try await processes.pids == [])
            }
        }
    }

    /// Runs `body` with the pids of processes that lead sessions of their own.
    private static func withLeaders(
        _ count: Int, _ pids: [Int32] = [], _ body: @Sendable ([Int32]) async throws -> Void
    ) async throws {
        guard pids.count < count else { return try await body(pids) }
        _ = try await RunningProgram.run("/bin/sleep", ["600"], createsSession: true) { program in
            try await withLeaders(count, pids + [program.pid], body)
            program.send(.kill)
        }
    }

    private static func boot() throws -> String {
        String(try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8).prefix { $0 > " " })
    }

    @Test("are known by pid, start time and boot; a stranger with the pid of one is left alone")
    func strangers() async throws {
        try await TemporaryDirectory.run { state in
            let id = try await Self.interrupt(at: state)
            try await Self.withLeaders(3) { pids in
                let times = try pids.map { try #require(ProcessEntry(pid: $0)).startTime }
                let boot = try Self.boot()
                let ledger = [
                    "\(id) \(pids[0]) \(times[0]) \(boot)", "\(id) \(pids[1]) \(times[1] + 1) \(boot)",
                    "\(id) \(pids[2]) \(times[2]) 00000000-0000-4000-8000-000000000000",
                ]
                try (ledger.joined(separator: "\n") + "\n")
                    .write(toFile: state.appending("programs").string, atomically: false, encoding: .utf8)
                try await CommandService.run(at: state) { service in
                    try await service.service.log.line(
                        with: "processes of interrupted tasks that still ran are ended: 1")
                    #expect(try await ProcessWatch.ends(pids[0], within: .seconds(30)))
                    for pid in pids[1...] { #expect(try await !ProcessWatch.ends(pid, within: .zero)) }
                }
            }
        }
    }

    /// Kills a service whose task runs, and returns that once its worker has ended.
    private static func interrupt(at state: FilePath) async throws -> TaskID {
        let id = NIOLockedValueBox<TaskID?>(nil)
        try await CommandService.run(at: state) { service in
            let task = try await service.create(["sleep", "600"])
            let worker = try #require(try await service.record(of: task) { $0.state == .running }.pid)
            id.withLockedValue { $0 = task }
            service.service.program.send(.kill)
            #expect(try await ProcessWatch.ends(worker, within: .seconds(30)))
        }
        return try #require(id.withLockedValue { $0 })
    }
}
