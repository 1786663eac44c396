import CLinux
import Glibc
import NIOCore
import NIOPosix
import TaskModel
import TaskTypes

/// A worker process, from its first instruction to its last.
///
/// Three threads, as long as the work lasts: the main thread watches the supervisor, an event loop
/// serves HTTP, and a third one works.
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
        // Also a stopped supervisor's worker must not outlive it: the end of standard input only
        // reaches a process that runs.
        _ = linux_set_parent_death_signal(SIGKILL)
        guard let watch = SupervisorWatch() else {
            fail("cannot watch for signals: errno \(errno)", EX_OSERR)
        }
        let assignment = assignment(given: arguments)
        let task: any TaskType
        do {
            task = try TaskTypeRegistry.check(TaskDraft(type: assignment.taskType, data: assignment.taskData)).work
        } catch {
            fail("the assignment is not valid: \(error.detail)", EX_DATAERR)
        }
        let core = WorkerCore(assignment, units: task.units)
        let server: ControlServer
        do {
            server = try ControlServer(core: core)
        } catch {
            fail("cannot open an HTTP port on 127.0.0.1: \(error)", EX_OSERR)
        }
        let writer = UpdateWriter(descriptor: STDOUT_FILENO)
        core.countUpdate()
        writer.write(.hello(server.address))
        let workingThread = NIOThreadPool(numberOfThreads: 1)
        workingThread.start()
        workingThread.submit { _ in
            RunningWork(core: core, writer: writer).run(task)
            // Everything has been written and nothing is buffered; the supervisor waits for the end.
            _exit(0)
        }
        watch.run(stop: core.requestStop)
    }

    private static func assignment(given arguments: [String]) -> Assignment {
        do throws(AssignmentError) {
            guard arguments.isEmpty else { throw .none }
            return try AssignmentReader.read(from: STDIN_FILENO)
        } catch {
            switch error {
            case .none:
                fail(
                    "this is the worker of taskdeck, which starts it and gives it a task on standard input; "
                        + "run 'taskdeck' instead", EX_USAGE)
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
