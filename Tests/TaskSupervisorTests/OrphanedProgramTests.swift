import Glibc
import JSON
import NIOConcurrencyHelpers
import NIOPosix
import SystemPackage
import TaskBoard
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskStore
@testable import TaskSupervisor

/// Shell scripts as workers that are killed while their program runs.
@Suite("What a killed worker has left of its program", .timeLimit(.minutes(15)))
struct OrphanedProgramTests {
    private static let mark = "orphaned-program-tests"

    init() {
        // As taskdeck does: this process, not init, adopts orphans.
        ProcessWatch.becomeSubreaper()
        signal(SIGPIPE, SIG_IGN)
    }

    /// Runs a worker that starts a program with the marks of a task, and is killed then.
    ///
    /// - Returns: Its end, and the pid of the program.
    private func run(_ id: TaskID, program marked: String, hasEnded: Bool = false) async throws -> (WorkerEnd, Int32) {
        let script = """
            pid=$(TASKDECK_MARK=\(Self.mark) TASKDECK_TASK_ID=\(marked) \
            setsid sh -c 'echo $$; exec >/dev/null 2>&1; sleep 601 & exec sleep 600' &)
            echo $pid >&2
            \(hasEnded ? #"echo '{"event":"program_ended","left_behind":0,"remaining":[]}'"# : ":")
            kill -9 $$
            """
        let pid = NIOLockedValueBox<Int32?>(nil)
        let end = try await ShellWorker.withLauncher(script) { launcher in
            let program = Program(arguments: ["true"], directory: "/", environment: [:])
            let assignment = Assignment(
                taskID: id, taskType: "command", taskData: [:], token: nil,
                program: ProgramAssignment(
                    program: program, attempt: 1, logPath: "/dev/null", logLimit: 0, mark: Self.mark))
            let ending = ProgramEndingLauncher(
                launcher, ledger: ProgramLedger(nil), eventLoop: MultiThreadedEventLoopGroup.singleton.any())
            return try await ending.run(assignment) { event in
                if case .log(let line) = event { pid.withLockedValue { $0 = Int32(line) } }
            }
        }
        let reported = pid.withLockedValue { $0 }
        return (end, try #require(reported))
    }

    @Test("is killed before the worker counts as ended")
    func killed() async throws {
        let id = try #require(TaskID("01ARYZ6S410000000000000000"))
        let (end, pid) = try await run(id, program: id.description)
        #expect(end.status == .signaled(number: SIGKILL, name: "SIGKILL"))
        #expect(end.remaining == [])
        #expect(try await ProcessWatch.ends(pid, within: .zero))
    }

    @Test("stays alone if it is another task's, or if the worker had ended its program")
    func others() async throws {
        let id = try #require(TaskID("01ARYZ6S410000000000000001"))
        for (marked, hasEnded) in [("another", false), (id.description, true)] {
            let (end, pid) = try await run(id, program: marked, hasEnded: hasEnded)
            #expect(end.remaining == [])
            #expect(try await !ProcessWatch.ends(pid, within: .zero))
            kill(-pid, SIGKILL)
        }
    }
}
