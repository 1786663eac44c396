import Glibc
import JSON
import Logging
import NIOPosix
import SystemPackage
import TaskControl
import TaskModel
import TaskStore
import TestSupport
import Testing

@testable import TaskBoard
@testable import TaskSupervisor

/// Shell scripts as workers that break the rules.
@Suite("Workers that misbehave", .timeLimit(.minutes(15)))
struct OddWorkerTests {
    init() {
        // As taskdeck does: this process, not init, reaps orphans.
        ProcessWatch.becomeSubreaper()
        // As taskdeck does: a worker may end before it has read its assignment.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Runs a script as the worker of one task and returns the record once the task has ended.
    ///
    /// - Parameters:
    ///   - startup: the time in which the worker's port must open; the default suits slow machines.
    ///   - during: runs meanwhile, and must end a task that does not end by itself.
    private func outcome(
        of script: String, grace: Duration = .seconds(5), startup: Duration = .seconds(120),
        journal: LogJournal = LogJournal(), during: @Sendable (TaskService, TaskID) async throws -> Void = { _, _ in }
    ) async throws -> (TaskRecord, log: [String]) {
        try await ShellWorker.withLauncher(script) { launcher in
            try await outcome(of: launcher, grace: grace, startup: startup, journal: journal, during: during)
        }
    }

    private func outcome(
        of launcher: SubprocessLauncher, grace: Duration, startup: Duration = .seconds(120),
        backOff: Duration = .milliseconds(100), journal: LogJournal = LogJournal(),
        during: @Sendable (TaskService, TaskID) async throws -> Void = { _, _ in }
    ) async throws -> (TaskRecord, log: [String]) {
        let store = try TaskStore(nil)
        let stored = try store.load(window: 0, at: Timestamp(milliseconds: 0))
        var timing = TaskBoard.Timing()
        timing.startup = startup
        timing.launchBackOff = backOff
        let service = TaskService(
            configuration: .init(grace: grace, token: nil), timing: timing, launching: launcher,
            client: WorkerClient(token: nil, eventLoops: MultiThreadedEventLoopGroup.singleton), store: store,
            stored: stored, eventLoop: MultiThreadedEventLoopGroup.singleton.any(), threads: .singleton,
            logger: journal.logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            let id = try await service.submit(TaskDraft(type: "process_data", data: ["items": [1]]), key: nil)
                .record.id
            try await during(service, id)
            await journal.waitForEnd(of: id)
            let detail = try #require(await service.detail(id))
            await service.shutDown(byForce: false)
            await service.waitUntilDrained()
            group.cancelAll()
            return (detail.record, detail.log)
        }
    }

    private static let hello = #"echo '{"event":"hello","host":"127.0.0.1","port":1}'; "#

    @Test(
        "each way to break down makes the task failed and names the cause",
        arguments: [
            ("exit 3", "the worker exited with code 3 before it opened its port"),
            ("kill -9 $$", "the worker was ended by signal 9 (SIGKILL) before it opened its port"),
            (hello + "exit 0", "the worker exited with code 0 before it reported an outcome"),
            (hello + "kill -SEGV $$", "the worker was ended by signal 11 (SIGSEGV) before it reported an outcome"),
            (
                hello + "echo no disk >&2; exit 1",
                "the worker exited with code 1 before it reported an outcome; last log line: no disk"
            ),
            ("echo garbage; sleep 100", "the worker wrote a line that is no update: garbage"),
            (
                hello + "echo '{\"event\":\"nap\"}'; sleep 100",
                "the worker wrote a line that is no update: {\"event\":\"nap\"}"
            ),
            (hello + "printf 'cut off'; exit 0", "the worker's last line is cut off: cut off"),
            (
                hello + "printf '\\033[31mred\\n'; sleep 100",
                "the worker wrote a line that is no update: \\u{1B}[31mred"
            ),
            (hello + "head -c 9000000 /dev/zero; sleep 100", "the worker wrote a line of over 8388608 bytes"),
            ("echo '{\"event\":\"paused\"}'; sleep 100", "the worker sent an update before its 'hello'"),
        ])
    func breakdowns(script: String, error: String) async throws {
        let (record, _) = try await outcome(of: script)
        #expect(record.state == .failed)
        #expect(record.error == error)
    }

    @Test("one that does not open its port in time makes the task failed")
    func late() async throws {
        let (record, _) = try await outcome(of: "sleep 100", startup: .milliseconds(500))
        #expect(record.state == .failed)
        #expect(record.error == "the worker did not open its port within 0.5 s")
    }

    @Test("what it leaves behind in its group is ended and reaped")
    func leftovers() async throws {
        let (record, log) = try await outcome(
            of: Self.hello + "(trap '' TERM HUP; echo $BASHPID >&2; while :; do sleep 100; done) & "
                + "read line <&0; exit 3"
        )
        #expect(record.state == .failed)
        #expect(record.exitCode == 3)
        for line in log { #expect(try await ProcessWatch.ends(#require(Int32(line)), within: .seconds(30))) }
    }

    @Test("a worker that ignores SIGTERM, and its children that do, are killed past the grace period")
    func stubborn() async throws {
        let journal = LogJournal()
        let (record, log) = try await outcome(
            of: "trap '' TERM; sleep 1000 & echo $! >&2; \(Self.hello) while :; do sleep 1000; done",
            grace: .milliseconds(300), journal: journal
        ) { service, id in
            await journal.waitForLine(with: "\(id) process_data running")
            let ended = try await service.perform(.terminate, on: id)
            #expect(ended.state == .killed)
            #expect(ended.termination?.stage == .sigkill)
            #expect((ended.termination?.reaped ?? 0) >= 2)
        }
        #expect(record.state == .killed)
        let child = try #require(log.first.flatMap { Int32($0) })
        #expect(!ProcessWatch.exists(child))
    }

    @Test("a grandchild that keeps the pipe open does not delay the end")
    func heldPipe() async throws {
        let result = #"echo '{"event":"completed","result":7}'; "#
        let (record, _) = try await outcome(of: Self.hello + "sleep 1000 & " + result + "exit 0")
        #expect(record.state == .completed)
        #expect(record.result == 7)
    }

    @Test("the last lines before the exit are not lost")
    func lastLines() async throws {
        let (record, log) = try await outcome(
            of: Self.hello
                + "for i in $(seq 1000); do echo line $i >&2; done; echo '{\"event\":\"failed\",\"error\":\"x\"}'")
        #expect(record.state == .failed)
        #expect(record.error == "x")
        #expect(log.count == 200)
        #expect(log.last == "line 1000")
    }

    @Test(
        "an impossible claim is its failure",
        arguments: [
            (#"echo '{"event":"progress","done":2,"total":1,"fraction":1}'"#, "the worker reports 2 of 1 done"),
            (#"echo '{"event":"progress","done":1,"total":2,"fraction":7}'"#, "the worker reports 1 of 2 done"),
            (hello, "the worker sent 'hello' twice"),
        ])
    func lies(script: String, error: String) async throws {
        let (record, _) = try await outcome(of: "\(Self.hello) \(script)\nsleep 100")
        #expect(record.state == .failed)
        #expect(record.error == error)
    }

    @Test("a worker that listens on another host is killed, and its task failed for that reason")
    func elsewhere() async throws {
        let hello = #"echo '{"event":"hello","host":"10.0.0.1","port":80}'"#
        let (record, _) = try await outcome(of: "\(hello)\nsleep 100")
        #expect(record.state == .failed)
        #expect(record.error == "the worker claims to listen on 10.0.0.1:80")
    }

    @Test("a worker program that cannot be run keeps the task queued; it can be ended as any other")
    func notExecutable() async throws {
        let journal = LogJournal(level: .debug)
        let (record, _) = try await outcome(
            of: SubprocessLauncher(executable: "/etc/hostname"), grace: .seconds(1), backOff: .seconds(60),
            journal: journal
        ) { service, id in
            await journal.waitForLine(with: "no worker can be started: '/etc/hostname' cannot be run: ")
            await journal.waitForLine(with: "queued again without a worker")
            #expect(await service.health().launchFailure != nil)
            let waiting = try await service.task(id)
            #expect(waiting?.state == .queued)
            let ended = try await service.perform(.terminate, on: id)
            #expect(ended.state == .terminated)
        }
        #expect(record.attempts.isEmpty)
    }

    @Test(
        "a signal from outside is a failure that names it",
        arguments: ["TERM", "INT", "HUP"], [true, false])
    func outsideSignal(name: String, isOpen: Bool) async throws {
        let (record, _) = try await outcome(of: (isOpen ? Self.hello : "") + "kill -\(name) $$; sleep 100")
        #expect(record.state == .failed)
        #expect(record.error == "SIG\(name) from outside")
    }

    @Test("a worker that lacks resources keeps the task queued, until one has them", arguments: [true, false])
    func resourcesExhausted(isOpen: Bool) async throws {
        try await TemporaryDirectory.run { path in
            let report = isOpen ? #"echo '{"event":"no_room","error":"no thread"}'; "# : "echo no port >&2; "
            let done = #"echo '{"event":"completed","result":7}'"#
            let (record, _) = try await outcome(
                of:
                    "if mkdir '\(path)'; then \(isOpen ? Self.hello : "") \(report) exit 71; else \(Self.hello) \(done); fi"
            )
            #expect(record.state == .completed)
            #expect(record.attempt == 1)
        }
    }
}
