import CLinux
import Dispatch
import Glibc
import JSON
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Processes
import TaskModel
import TaskOutput
import TaskTypes
import WorkerProtocol

/// Does once what every worker does, on threads that have ended afterwards.
///
/// A program that starts from nothing has libraries to load and the runtime's type metadata to build, which takes longer
/// than most of what follows. What is forked from a process that has done it finds it done, and shares the memory.
enum Warmup {
    static func perform() {
        withDiscardedUpdates { id, writer in
            let samples = TaskTypeRegistry.samples
            for sample in samples {
                let core = work(on: sample, of: id, writer)
                if sample == samples.last, let core { serveOnce(core) }
            }
            runProgram(of: id, writer)
        }
    }

    /// Does a small task of no consequence, as every worker does its own one.
    ///
    /// A forked worker shares each page of the fork server's memory until it writes to it, or reads code of it. After this
    /// an idle worker has those that it will need, before it has a task: a task runs 0.15 ms earlier after its creation.
    static func warmUpIdle() {
        guard let sample = TaskTypeRegistry.samples.first else { return }
        withDiscardedUpdates { id, writer in _ = work(on: sample, of: id, writer) }
    }

    private static func withDiscardedUpdates(_ body: (TaskID, UpdateWriter) -> Void) {
        let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nowhere >= 0, let id = TaskID("00000000000000000000000000") else { return }
        body(id, UpdateWriter(descriptor: nowhere))
        close(nowhere)
    }

    /// Reads an assignment, and does the work.
    private static func work(on sample: TaskDraft, of id: TaskID, _ writer: UpdateWriter) -> WorkerCore? {
        guard let task = try? TaskTypeRegistry.builtIn.check(sample), case .work(let work) = task.work else {
            return nil
        }
        let line = JSONCoding.encode(
            Assignment(taskID: id, taskType: task.type, taskData: JSONText(task.data), token: nil))
        guard let assignment = assignment(from: line) else { return nil }
        let pausePoint = PausePoint()
        let core = WorkerCore(assignment, units: work.units, control: pausePoint, writer: writer)
        core.send(.hello(WorkerAddress(host: ControlPort.host, port: 1)))
        RunningWork(core: core, pausePoint: pausePoint, onLongWork: {}).run(work)
        return core
    }

    /// Runs a program that does nothing, without what a fork would not inherit: a thread, and being a subreaper (prctl(2)).
    private static func runProgram(of id: TaskID, _ writer: UpdateWriter) {
        let program = Program(arguments: ["/bin/true"], directory: "/", environment: ["PATH": "/bin"])
        let line = JSONCoding.encode(
            Assignment(
                taskID: id, taskType: "", taskData: JSONText([:]), token: nil,
                program: ProgramAssignment(program: program, attempt: 1, logPath: "/", logLimit: 4096, mark: "none")))
        guard let assignment = assignment(from: line), let program = assignment.program,
            let pipes = try? ProgramPipes()
        else { return }
        let pump = OutputPump(
            OutputPump.Pipes(output: pipes.output, errors: pipes.errors, progress: pipes.progress),
            to: OutputLog(path: program.logPath), limit: program.logLimit, progress: program.program.progress,
            onReport: { _ in })
        _ = ProcessTree.Source.available
        let group = ControlGroup.make()
        let core = WorkerCore(assignment, units: 0, control: ProgramControl(), writer: writer)
        let start = ProgramStart(
            program.program, marks: [:], pipes: pipes, updates: writer.descriptor, group: group)
        if let started = try? start.run() { waitpid(started.leader.pid, nil, 0) }
        group?.remove()
        let summary = ProgramSummary(end: .exited(code: 0), lastLine: nil, leftBehind: 0)
        core.finish(
            .completed(JSONText(["exit_code": .integer(0)])), after: .program(.output(pump.finish().output)),
            .program(.ended(summary)))
    }

    private static func assignment(from line: [UInt8]) -> Assignment? {
        var ends: [CInt] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { return nil }
        defer { for end in ends { close(end) } }
        write(ends[1], line + [UInt8(ascii: "\n")], line.count + 1)
        return try? AssignmentReader.read(from: ends[0])
    }

    /// Answers one request by HTTP, on an event loop that has ended afterwards.
    private static func serveOnce(_ core: WorkerCore) {
        let running = NIOLockedValueBox<(any EventLoop)?>(nil)
        guard let port = try? ControlPort(),
            let thread = try? WorkerThread({
                MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
                    running.withLockedValue { $0 = loop }
                    ControlServer.start(on: port, for: core, by: loop).whenFailure { _ in _exit(EX_OSERR) }
                }
            })
        else { return }
        let client = request(at: port.address)
        var answer = [UInt8](repeating: 0, count: 1024)
        // The server closes it after the answer.
        while read(client, &answer, answer.count) > 0 {}
        close(client)
        // No thread serves the main queue, or any other one, which would start threads: what is to be called at the end
        // never is.
        running.withLockedValue(\.self)?.shutdownGracefully(queue: .main) { _ in }
        thread.join()
    }

    /// Sends a request; the kernel accepts the connection.
    private static func request(at address: WorkerAddress) -> CInt {
        let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        let target = try? SocketAddress(ipAddress: address.host, port: address.port)
        _ = target?.withSockAddr { connect(client, $0, socklen_t($1)) }
        let body = #"{"action":"pause"}"#
        let request =
            "POST /control HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        write(client, request, request.utf8.count)
        return client
    }
}
