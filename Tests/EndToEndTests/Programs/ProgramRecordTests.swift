import FoundationEssentials
import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

/// One at a time: they poll records, for what no log line reports.
@Suite("The record of a program", .serialized, .timeLimit(.minutes(15)))
struct ProgramRecordTests {
    struct End: Sendable {
        let script: String
        var codes: [JSONValue] = [0]
        var state = TaskState.failed
        var error: String?
        var exitCode: Int32?
        var signal: String?
        var bytes = 0
        var lines = 0
    }

    private static let ends = [
        End(script: "echo done", state: .completed, exitCode: 0, bytes: 5, lines: 1),
        End(script: "exit 3", codes: [0, 3], state: .completed, exitCode: 3),
        End(script: "exit 3", error: "exit code 3", exitCode: 3),
        End(script: "exit 0", codes: [3], error: "exit code 0", exitCode: 0),
        End(
            script: "echo first; echo 'No such file' >&2; exit 3", error: "exit code 3: No such file", exitCode: 3,
            bytes: 19, lines: 2),
        // Without a line feed, right before the exit, over something else, in color.
        End(script: "printf 'last words'; exit 1", error: "exit code 1: last words", exitCode: 1, bytes: 10, lines: 1),
        End(
            script: #"printf '10 %%\r55 %%\r\033[31mbroken\033[0m\n\n'; exit 1"#, error: "exit code 1: broken",
            exitCode: 1, bytes: 27, lines: 2),
        End(script: "kill -KILL $$", error: "SIGKILL", signal: "SIGKILL"),
        End(script: "ulimit -c 0; echo x; kill -SEGV $$", error: "SIGSEGV: x", signal: "SIGSEGV", bytes: 2, lines: 1),
    ]

    @Test("says how it has ended, and what it has written", arguments: ends)
    func end(expected: End) async throws {
        try await CommandService.run { service in
            let record = try await service.run(
                ["/bin/sh", "-c", expected.script], data: ["success_codes": .array(expected.codes)])
            #expect(record.state == expected.state)
            #expect(record.error == expected.error)
            #expect(record.exitCode == expected.exitCode)
            #expect(record.signal == expected.signal)
            #expect(record.output == ProgramOutput(bytes: expected.bytes, lines: expected.lines))
            #expect(record.leftBehind == 0)
            if record.state == .completed {
                #expect(record.result?.value == ["exit_code": .integer(Int64(expected.exitCode ?? -1))])
            }
            // Without full access there is no output in it.
            let visible = try await service.service.http.get("/tasks/\(record.id)").record
            #expect(visible.error == expected.error.map { $0.split(separator: ":").first.map(String.init) ?? "" })
        }
    }

    @Test("says the same of one that was killed, also when it ignored the request to end", arguments: [true, false])
    func killed(isForced: Bool) async throws {
        try await CommandService.run(["--grace", "1"]) { service in
            var record: TaskRecord
            var attempts = 3
            repeat {
                // More than one report of its output is due while it runs.
                let id = try await service.create([
                    "/bin/bash", "-c",
                    "trap '' TERM; for i in {1..1000}; do echo $i; done; echo ready; while :; do sleep 1; done",
                ])
                try await service.output(of: id, contains: "ready")
                _ = try await service.http.delete("/tasks/\(id)\(isForced ? "" : "?use_http=true")")
                record = try await service.lastRecord(of: id)
                #expect(record.state == .killed)
                attempts -= 1
                // A worker on a busy machine may not have reported the end within half a second.
            } while record.signal == nil && attempts > 0
            #expect(record.signal == "SIGKILL")
            #expect(record.exitCode == nil)
            #expect(record.leftBehind == 0)
            #expect(record.termination?.stage == .sigkill)
            #expect(record.output == ProgramOutput(bytes: 3899, lines: 1001))
        }
    }

    @Test("names a core dump", .enabled(if: dumpsCore))
    func core() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            try await CommandService.run { service in
                let record = try await service.run(
                    ["/bin/sh", "-c", "ulimit -c unlimited; exec \(BuiltProducts.hardProgram) core"],
                    data: ["cwd": .string(directory.string)])
                #expect(record.error?.hasPrefix("SIGABRT (core dumped)") == true)
                #expect(record.signal == "SIGABRT")
            }
        }
    }

    /// Whether the kernel writes core dumps of this process's children to files.
    private static var dumpsCore: Bool {
        var limit = rlimit()
        let pattern = try? String(contentsOfFile: "/proc/sys/kernel/core_pattern", encoding: .utf8)
        return getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 && limit.rlim_max > 0
            && pattern?.hasPrefix("|") == false
    }

    @Test("counts what it has left running, which has been ended")
    func leftBehind() async throws {
        try await CommandService.run { service in
            let processes = MarkedProcesses()
            let record = try await service.run(
                [BuiltProducts.hardProgram.string, "leave"],
                data: processes.taskData)
            #expect(record.exitCode == 3)
            #expect(record.leftBehind == 3)
            #expect(try await processes.pids == [])
        }
    }

    @Test("shows a stop of its first process by others as the reason, until it continues; a pause hides it")
    func stopped() async throws {
        try await CommandService.run { service in
            let processes = MarkedProcesses()
            let id = try await service.create(
                ["/bin/sh", "-c", "echo ready; exec sleep 600"],
                data: processes.taskData)
            _ = try await service.record(of: id) { $0.output?.lines == 1 }
            let program = try #require(try await processes.pids.first)
            let prefix = "its program was stopped by a signal at "
            for _ in 1...2 {
                kill(program, SIGSTOP)
                let stopped = try await service.record(of: id) { $0.reason != nil }
                #expect(stopped.reason?.description.hasPrefix(prefix) == true)
                #expect(stopped.state == .running)
                kill(program, SIGCONT)
                #expect(try await service.record(of: id) { $0.reason == nil }.state == .running)
            }
            // Stopped by the service it shows as paused only.
            _ = try await service.control(id, .pause)
            #expect(
                try await service.record(of: id) { _ in true }.reason?.description.hasPrefix("paused since ") == true)
            _ = try await service.control(id, .resume)
            #expect(try await service.record(of: id) { _ in true }.reason == nil)
            // A pause of what was stopped is one; resuming has all continue.
            kill(program, SIGSTOP)
            _ = try await service.record(of: id) { $0.reason != nil }
            _ = try await service.control(id, .pause)
            #expect(
                try await service.record(of: id) { _ in true }.reason?.description.hasPrefix("paused since ") == true)
            _ = try await service.control(id, .resume)
            _ = try await service.record(of: id) { $0.reason == nil }
            #expect(try await service.http.delete("/tasks/\(id)?use_http=true").record.state == .terminated)
        }
    }
}
