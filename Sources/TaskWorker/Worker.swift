import CLinux
import Glibc
import JSON
import NIOCore
import NIOPosix
import TaskModel
import TaskTypes
import WorkerProtocol

/// The life of a worker process.
///
/// One thread works. Work that takes longer than a moment gets two more: one watches the supervisor, the other is an event
/// loop that serves HTTP.
enum Worker {
    /// Runs this process as a worker that was started by itself.
    static func main(arguments: [String]) -> Never {
        if arguments == ["--version"] {
            print("taskdeck-worker \(taskdeckVersion)")
            exit(0)
        }
        guard arguments.isEmpty else { failByHand() }
        // A stopped worker must not outlive its supervisor: only a process that runs reads the end of its input. Not
        // SIGKILL, which would leave the program's processes.
        _ = linux_set_parent_death_signal(SIGCONT)
        work(isForked: false)
    }

    /// Runs this process as a worker.
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
        if isForked { Warmup.warmUpIdle() }
        // Workers of the idle pool stay here until there is a task.
        watch.waitForInput()
        let assignment = readAssignment(isForked: isForked)
        if let program = assignment.program {
            run(program, of: assignment, on: port, watch)
        } else {
            runWork(of: assignment, on: port, watch)
        }
        // Nothing is buffered, and the supervisor waits for the exit.
        _exit(0)
    }

    private static func runWork(of assignment: Assignment, on port: ControlPort, _ watch: SupervisorWatch) {
        let task: any TaskType
        do {
            let draft = TaskDraft(type: assignment.taskType, data: assignment.taskData.value)
            guard case .work(let work) = try TaskTypeRegistry.builtIn.check(draft).work else {
                fail("the assignment is not valid: there is no program", EX_DATAERR)
            }
            task = work
        } catch {
            fail("the assignment is not valid: \(error.detail)", EX_DATAERR)
        }
        let pausePoint = PausePoint()
        let core = WorkerCore(
            assignment, units: task.units, control: pausePoint, writer: UpdateWriter(descriptor: STDOUT_FILENO))
        core.send(.hello(port.address))
        RunningWork(core: core, pausePoint: pausePoint) { startThreads(for: core, on: port, watch) }.run(task)
    }

    private static func run(
        _ program: ProgramAssignment, of assignment: Assignment, on port: ControlPort, _ watch: SupervisorWatch
    ) {
        let control = ProgramControl()
        let core = WorkerCore(
            assignment, units: 0, control: control, writer: UpdateWriter(descriptor: STDOUT_FILENO))
        core.send(.hello(port.address))
        do throws(IOError) {
            try RunningProgram(program, core: core)
                .run(control: control) { startThreads(for: core, on: port, watch) }
        } catch {
            core.finish(.resourcesExhausted("no room for a program: \(reason(of: error))"))
        }
    }

    /// Starts the threads that watch the supervisor and serve HTTP.
    private static func startThreads(for core: WorkerCore, on port: ControlPort, _ watch: SupervisorWatch) {
        do throws(IOError) {
            try WorkerThread {
                watch.run { request in
                    switch request {
                    case .stop: core.requestStop(by: .terminate)
                    case .kill: core.requestKill()
                    }
                }
            }.detach()
            try WorkerThread {
                MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
                    ControlServer.start(on: port, for: core, by: loop).whenFailure { error in
                        fail("cannot answer on port \(port.address.port): \(reason(of: error))", EX_OSERR)
                    }
                }
            }.detach()
        } catch {
            // Work that cannot be paused or stopped is better done later, from its beginning.
            core.send(.outcome(.resourcesExhausted("no thread for a worker: \(reason(of: error))")))
            exit(EX_OSERR)
        }
    }

    /// The kernel's text; that of `IOError` has unbalanced parentheses.
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
            // A worker of the idle pool that was never needed.
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
