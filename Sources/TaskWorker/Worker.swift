import CLinux
import Glibc
import JSON
import NIOCore
import NIOPosix
import TaskModel
import TaskTypes
import WorkerProtocol

/// A worker process, from its first instruction to its last.
///
/// The first thread works. Work that takes longer than a moment has two more beside it: one watches the
/// supervisor, and an event loop serves HTTP.
enum Worker {
    /// Runs this process as a worker.
    ///
    /// Does not return.
    static func main(arguments: [String]) -> Never {
        if arguments == ["--version"] {
            print("taskdeck-worker \(taskdeckVersion)")
            exit(0)
        }
        guard arguments.isEmpty else { failByHand() }
        // Also a stopped supervisor's worker must not outlive it: the end of standard input only
        // reaches a process that runs.
        _ = linux_set_parent_death_signal(SIGKILL)
        work(isForked: false)
    }

    static func work(isForked: Bool) -> Never {
        guard let watch = SupervisorWatch() else {
            fail("cannot watch for signals: errno \(errno)", EX_OSERR)
        }
        let port: ControlPort
        do {
            port = try ControlPort()
        } catch {
            fail("cannot open an HTTP port on 127.0.0.1: \(reason(of: error))", EX_OSERR)
        }
        // A worker may be started long before there is a task for it, and stay here.
        watch.waitForInput()
        let assignment = readAssignment(isForked: isForked)
        let task: any TaskType
        do {
            task = try TaskTypeRegistry.check(TaskDraft(type: assignment.taskType, data: assignment.taskData?.value))
                .work
        } catch {
            fail("the assignment is not valid: \(error.detail)", EX_DATAERR)
        }
        let core = WorkerCore(assignment, units: task.units, writer: UpdateWriter(descriptor: STDOUT_FILENO))
        core.send(.hello(port.address))
        RunningWork(core: core) { attend(to: core, on: port, watch) }.run(task)
        // Everything has been written and nothing is buffered; the supervisor waits for the end.
        _exit(0)
    }

    /// From now on answers by HTTP, and watches the supervisor, beside the work.
    private static func attend(to core: WorkerCore, on port: ControlPort, _ watch: SupervisorWatch) {
        do throws(IOError) {
            try WorkerThread { watch.run { core.requestStop(by: .terminate) } }.detach()
            try WorkerThread {
                MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
                    ControlServer.start(on: port, for: core, by: loop).whenFailure { error in
                        fail("cannot answer on port \(port.address.port): \(reason(of: error))", EX_OSERR)
                    }
                }
            }.detach()
        } catch {
            // Work that cannot be paused or ended is better done later, from its beginning.
            core.send(.outcome(.noRoom("no thread for a worker: \(reason(of: error))")))
            exit(EX_OSERR)
        }
    }

    /// What the kernel says; `IOError` says it with parentheses that do not match.
    private static func reason(of error: any Error) -> String {
        (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
    }

    private static func failByHand() -> Never {
        fail(
            "this is the worker of taskdeck, which starts it and gives it a task on standard input; "
                + "run 'taskdeck' instead", EX_USAGE)
    }

    private static func readAssignment(isForked: Bool) -> Assignment {
        do throws(AssignmentError) {
            return try AssignmentReader.read(from: STDIN_FILENO)
        } catch {
            switch error {
            // The end of one that was started ahead and never needed.
            case .none where isForked: exit(0)
            case .none: failByHand()
            case .tooLong: fail("the assignment is too long", EX_DATAERR)
            case .malformed(let reason): fail("the assignment is not valid: \(reason)", EX_DATAERR)
            }
        }
    }

    private static func fail(_ message: String, _ code: CInt) -> Never {
        log("taskdeck-worker: \(message)")
        exit(code)
    }
}
