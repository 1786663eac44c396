import FoundationEssentials
import Glibc
import JSON
import NIOConcurrencyHelpers
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("A queue that survives", .timeLimit(.minutes(15)))
struct QueueTests {
    private static let long = #"{"items":[1],"delay":1000}"#

    private static func submit(_ service: Service, _ members: String, key: String? = nil) async throws -> Answer {
        var http = service.http
        if let key { http.headers.append(("Idempotency-Key", key)) }
        return try await http.post("/tasks", "{\"task_type\":\"process_data\",\(members)}")
    }

    @Test("survives a kill of the supervisor with queued, running and ended tasks and its pause")
    func restart() async throws {
        try await TemporaryDirectory.run { state in
            let flags = ["--state", state.string, "--max-running", "1"]
            let ids = NIOLockedValueBox<[TaskID]>([])
            let killed = try await Service.run(flags) { service in
                let done = try await Self.submit(service, #""task_data":{}"#).record.id
                _ = try await service.record(of: done, when: .completed)
                let running = try await service.startTask("process_data", Self.long).id
                let low = try await Self.submit(service, #""task_data":{},"priority":-1"#).record
                let keyed = try await Self.submit(service, #""task_data":{},"timeout":9"#, key: "k").record
                #expect(low.queuePosition == 1)
                #expect(keyed.queuePosition == 1)
                #expect(try await service.http.post("/queue/pause", "{}").json["held"] == true)
                ids.withLockedValue { $0 = [done, running, low.id, keyed.id] }
                service.program.send(.kill)
            }
            #expect(killed == .signaled(SIGKILL))
            let all = ids.withLockedValue { $0 }
            let (done, running, low, keyed) = (all[0], all[1], all[2], all[3])
            let status = try await Service.run(flags) { service in
                #expect(try await service.http.get("/tasks/\(done)").record.state == .completed)
                let lost = try await service.record(of: running, when: .failed)
                #expect(lost.error == "interrupted: the service ended while the task had a worker")
                #expect(try await service.http.get("/tasks/\(keyed)").record.queuePosition == 1)
                #expect(try await service.http.get("/queue").json["held"] == true)
                let again = try await Self.submit(service, #""task_data":{},"timeout":9"#, key: "k")
                #expect(again.status == 200)
                #expect(try again.record.id == keyed)
                let raised = try await service.http.send(
                    "PATCH", "/tasks/\(low)", body: #"{"priority":1}"#, type: "application/json")
                #expect(try raised.record.queuePosition == 1)
                _ = try await service.http.post("/queue/resume", "{}")
                _ = try await service.record(of: keyed, when: .completed)
                _ = try await service.record(of: low, when: .completed)
                // The one that was raised was the first.
                let lines = await service.log.all
                let ends = [low, keyed].map { id in lines.firstIndex { $0.contains("\(id) process_data completed") } }
                #expect(try #require(ends[0]) < (try #require(ends[1])))
                #expect(try await service.http.get("/tasks").json["total"] == 4)
            }
            #expect(status == .exited(0))
        }
    }

    @Test("with --on-restart requeue interrupted tasks run again, after a kill and after a shutdown")
    func requeue() async throws {
        try await TemporaryDirectory.run { state in
            let flags = ["--state", state.string, "--on-restart", "requeue"]
            let task = NIOLockedValueBox<TaskID?>(nil)
            for ending in [UnixSignal.kill, .terminate] {
                _ = try await Service.run(flags) { service in
                    if let id = task.withLockedValue({ $0 }) {
                        _ = try await service.record(of: id, when: .running)
                    } else {
                        let id = try await service.startTask("process_data", Self.long).id
                        task.withLockedValue { $0 = id }
                    }
                    service.program.send(ending)
                }
            }
            let id = try #require(task.withLockedValue { $0 })
            _ = try await Service.run(flags) { service in
                let record = try await service.record(of: id, when: .running)
                #expect(record.attempt == 3)
                #expect(
                    record.attempts.map(\.error) == [
                        "interrupted: the service ended while the task had a worker",
                        "interrupted: the service was shut down",
                    ])
                let ended = try await service.http.delete("/tasks/\(id)")
                #expect(try ended.record.state == .killed)
            }
        }
    }

    @Test("retries a failed task, and ends a slow one by its timeout")
    func attempts() async throws {
        try await Service.run { service in
            let slow = try await Self.submit(service, #""task_data":{"items":[1],"delay":60},"timeout":0.2"#).record.id
            let ended = try await service.record(of: slow, when: .failed)
            #expect(ended.error == "timed out after 0.2 s")
            #expect(ended.termination?.stage == .http)

            let unlucky = try await Self.submit(service, #""task_data":\#(Self.long),"retries":1"#).record.id
            let first = try await service.record(of: unlucky, when: .running)
            ProcessWatch.send(.kill, to: try #require(first.pid))
            try await service.log.line(with: "\(unlucky) process_data attempt 1 of 2: ")
            let waiting = try await service.http.get("/tasks/\(unlucky)").record
            #expect(waiting.attempts.count == 1)
            let pid = try #require(first.pid)
            _ = try await service.log.line(2, with: "\(unlucky) process_data running")
            let second = try await service.http.get("/tasks/\(unlucky)").record
            #expect(second.attempt == 2)
            #expect(second.pid != pid)
        }
    }

    @Test("refuses a second service on its directory, naming the first, which continues")
    func twoServices() async throws {
        try await TemporaryDirectory.run { state in
            try await Service.run(["--state", state.string]) { service in
                let status = try await RunningProgram.run(
                    BuiltProducts.taskdeck, ["--no-ui", "--port", "0", "--state", state.string]
                ) { second in
                    try await second.errors.line(with: "is in use by process \(service.program.pid); end that one")
                    #expect(await second.errors.all.count == 1)
                }
                #expect(status == .exited(1))
                #expect(try await service.http.get("/health").json["storage"] == "ok")
            }
        }
    }

    // MARK: - Disks

    /// Whether this machine lets tests have disks of their own.
    private static func canMount() async throws -> Bool {
        let script = "mount -t tmpfs -o size=64k tmpfs /mnt"
        return try await RunningProgram.run("/usr/bin/unshare", ["-m", "bash", "-c", script]) { _ in } == .exited(0)
    }

    /// Runs taskdeck on a small disk, in a mount namespace of its own.
    private static func run(
        onDiskOf size: String, _ setUp: String, body: @Sendable (RunningProgram, HTTP) async throws -> Void
    ) async throws -> ProcessEnd {
        let script = """
            mount -t tmpfs -o size=\(size) tmpfs /mnt && cd / && \(setUp)
            exec '\(BuiltProducts.taskdeck)' --no-ui --port 0 --max-running 1 --state /mnt/state
            """
        return try await RunningProgram.run(
            "/usr/bin/unshare", ["-m", "bash", "-c", script], environment: ["TASKDECK_TOKEN": nil]
        ) { program in
            let address = try await program.output.line(with: "listening on ").split(separator: " ").last ?? ""
            try await body(program, HTTP(base: String(address)))
        }
    }

    @Test(
        "on a full disk refuses tasks with 507, loses none that was accepted, and accepts tasks again later",
        .enabled("needs the right to mount") { try await canMount() })
    func fullDisk() async throws {
        let status = try await Self.run(onDiskOf: "12m", "head -c 11500000 /dev/zero > /mnt/ballast;") {
            program, http in
            let big = String(repeating: "x", count: 50_000)
            var accepted: [TaskID] = []
            var refusal: Answer?
            while refusal == nil, accepted.count < 1000 {
                let answer = try await http.post(
                    "/tasks", #"{"task_type":"process_data","task_data":{"items":["\#(big)"],"delay":1000}}"#)
                if answer.status == 201 { accepted.append(try answer.record.id) } else { refusal = answer }
            }
            #expect(!accepted.isEmpty)
            #expect(refusal?.status == 507)
            #expect(refusal?.code == "storage_full")
            #expect(try await http.get("/tasks?limit=1").json["total"] == .integer(Int64(accepted.count)))
            // An end that cannot be stored is reported, as is the failure to store it.
            let ended = try await http.delete("/tasks/\(accepted[0])")
            #expect(try ended.record.state == .killed)
            try await program.errors.line(with: "tasks cannot be stored: ")
            #expect(try await http.get("/health").json["status"] == "degraded")

            // Small changes may have found room meanwhile.
            let recoveries = await program.errors.all.count { $0.contains("tasks are stored again") }
            try FileManager.default.removeItem(atPath: "/proc/\(program.pid)/root/mnt/ballast")
            try await program.errors.line(recoveries + 1, with: "tasks are stored again")
            let storage = try await http.get("/health").json["storage"]
            #expect(storage == "ok")
            let next = try await http.post("/tasks", #"{"task_type":"process_data","task_data":{}}"#)
            #expect(next.status == 201)
            for id in accepted.dropFirst() { #expect(try await http.delete("/tasks/\(id)").status == 200) }
            program.send(.terminate)
        }
        #expect(status == .exited(0))
    }

    @Test(
        "on a full disk shuts down with exit code 1, and the last line names what was not stored",
        .enabled("needs the right to mount") { try await canMount() })
    func shutdownOnFullDisk() async throws {
        let status = try await Self.run(onDiskOf: "2m", "") { program, http in
            let big = String(repeating: "x", count: 50_000)
            let id = try await http.post(
                "/tasks", #"{"task_type":"process_data","task_data":{"items":["\#(big)"],"delay":1000}}"#
            ).record.id
            try await program.errors.line(with: "\(id) process_data running")
            let ballast = try FileDescriptor.open(
                "/proc/\(program.pid)/root/mnt/ballast", .writeOnly, options: [.create], permissions: [.ownerReadWrite])
            let zeros = [UInt8](repeating: 0, count: 4096)
            while (try? ballast.writeAll(zeros)) != nil {}
            try ballast.close()
            program.send(.terminate)
            #expect(try await ProcessWatch.ends(program.pid, within: .seconds(30)))
            let last = await program.errors.allAtEnd().last
            #expect(last?.hasSuffix("not stored: \(id)") == true)
        }
        #expect(status == .exited(1))
    }

    @Test(
        "refuses a start on a read-only disk",
        .enabled("needs the right to mount") { try await canMount() })
    func readOnlyDisk() async throws {
        let script = """
            mount -t tmpfs -o ro tmpfs /mnt
            exec '\(BuiltProducts.taskdeck)' --no-ui --port 0 --state /mnt/state
            """
        let status = try await RunningProgram.run("/usr/bin/unshare", ["-m", "bash", "-c", script]) { program in
            try await program.errors.line(with: "the state directory '/mnt/state' cannot be ")
            #expect(await program.errors.all.count == 1)
        }
        #expect(status == .exited(1))
    }
}
