import CForkServer
import Glibc
import JSON
import NIOPosix
import Subprocess
import SystemPackage
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskSupervisor

@Suite("The fork server's workers", .timeLimit(.minutes(15)))
struct ForkServerTests {
    /// Starts a fork server, runs `body` on a thread that may be blocked, and ends the fork server.
    private static func withServer(
        _ program: FilePath, _ arguments: [String] = [],
        _ body: @escaping @Sendable (ForkServerClient, pid_t) throws -> Void
    ) async throws {
        try await ProgramSlots.withSlot { try await runServer(program, arguments, body) }
    }

    private static func runServer(
        _ program: FilePath, _ arguments: [String], _ body: @escaping @Sendable (ForkServerClient, pid_t) throws -> Void
    ) async throws {
        ProcessWatch.becomeSubreaper()
        let (ours, theirs) = try ForkServerClient.socketPair()
        let server = ForkServerClient(socket: ours)
        _ = try await Subprocess.run(
            .worker(program, Arguments([LINUX_FORK_SERVER_ARGUMENT] + arguments)),
            input: .fileDescriptor(theirs, closeAfterSpawningProcess: true), output: .discarded, error: .discarded
        ) { execution in
            try await NIOThreadPool.singleton.runIfActive { try body(server, execution.processIdentifier.value) }
            try execution.send(signal: .kill)
        }
    }

    /// Reads all that a worker writes, and waits for its end.
    ///
    /// - Returns: Its lines, and its status; see wait(2).
    private static func finish(_ worker: ForkedProcess, _ input: String) throws -> ([Substring], CInt) {
        try worker.input.writeAll(input.utf8)
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try worker.output.read(into: $0) }
            guard count > 0 else { break }
            output += buffer[..<count]
        }
        let status = Children.shared.reap(worker.pid)
        for descriptor in [worker.input, worker.output, worker.errors, worker.descriptor] { try descriptor.close() }
        return (String(decoding: output, as: UTF8.self).split(separator: "\n"), status)
    }

    @Test("contend for locks whose owner is a thread id, and acquire them")
    func locks() async throws {
        try await Self.withServer(BuiltProducts.forkFixture) { server, _ in
            for _ in 0..<10 {
                let (lines, status) = try Self.finish(try server.requestWorkerBlocking(), "")
                #expect(lines == ["contended: 2"])
                #expect(status == 0)
            }
        }
    }

    @Test("are children of the requesting process, lead a session each, and read one line before they begin")
    func adoption() async throws {
        let id = try #require(TaskID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        let assignment = Assignment(taskID: id, taskType: "process_data", taskData: ["delay": 0], token: nil)
        let line = String(decoding: JSONCoding.encode(assignment), as: UTF8.self) + "\n"
        try await Self.withServer(BuiltProducts.worker) { server, pid in
            for _ in 0..<3 {
                let worker = try server.requestWorkerBlocking()
                #expect(try ProcessWatch.parent(of: worker.pid) == getpid())
                #expect(getsid(worker.pid) == worker.pid)
                // Only this request's middle process may not have been reaped yet.
                #expect(try ProcessWatch.children(of: pid).count <= 1)
                let (lines, status) = try Self.finish(worker, line)
                #expect(lines.first?.contains(#""event":"hello""#) == true)
                #expect(lines.last?.contains("completed") == true)
                #expect(status == 0)
            }
        }
    }

    @Test(
        "are forked by a process with one thread",
        .disabled(if: getenv("TSAN_OPTIONS") != nil, "the thread sanitizer has one of its own"))
    func threads() async throws {
        try await Self.withServer(BuiltProducts.worker) { server, pid in
            _ = try Self.finish(try server.requestWorkerBlocking(), "\n")
            #expect(try ProcessWatch.threads(of: pid) == 1)
        }
    }

    @Test("are refused by one that has more threads, with their number")
    func refusal() async throws {
        try await Self.withServer(BuiltProducts.forkFixture, ["--leave-thread"]) { server, _ in
            let error = #expect(throws: ForkError.self) { try server.requestWorkerBlocking() }
            guard case .refused(let reason)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason == "the fork server has 2 threads, and forks only with one")
        }
    }
}
