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
package enum Worker {
    /// Runs this process as a worker.
    ///
    /// Does not return.
    package static func main(arguments: [String]) -> Never {
        if arguments == ["--version"] {
            print("taskdeck-worker \(taskdeckVersion)")
            exit(0)
        }
        signal(SIGPIPE, SIG_IGN)
        // Every thread would get an arena of its own, whose first pages cost more than a lock.
        linux_use_one_arena()
        if arguments == [forkServerArgument] {
            ForkServer.run { streams, request in
                ForkServer.becomeWorker(with: streams, for: request)
                Worker.work(isForked: true)
            }
        }
        guard arguments.isEmpty else { failByHand() }
        work(isForked: false)
    }

    private static func work(isForked: Bool) -> Never {
        // Also a stopped supervisor's worker must not outlive it: the end of standard input only
        // reaches a process that runs.
        _ = linux_set_parent_death_signal(SIGKILL)
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
        let error =
            startThread { watch.run { core.requestStop(by: .terminate) } }
            ?? startThread {
                MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
                    ControlServer.start(on: port, for: core, by: loop).whenFailure { error in
                        fail("cannot answer on port \(port.address.port): \(reason(of: error))", EX_OSERR)
                    }
                }
            }
        guard let error else { return }
        // Work that cannot be paused or ended is better done later, from its beginning.
        core.send(.outcome(.noRoom("no thread for a worker: \(reason(of: error))")))
        exit(EX_OSERR)
    }

    /// - Returns: Why it could not be started; NIO's own threads would trap then.
    private static func startThread(_ body: @escaping @Sendable () -> Void) -> IOError? {
        final class Body: Sendable {
            let run: @Sendable () -> Void
            init(_ run: @escaping @Sendable () -> Void) { self.run = run }
        }
        let argument = Unmanaged.passRetained(Body(body))
        let error = linux_start_thread(
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, argument.toOpaque())
        guard error != 0 else { return nil }
        argument.release()
        return IOError(errnoCode: error, reason: "pthread_create")
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
