import FoundationEssentials
import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Lack of resources and odd environments", .timeLimit(.minutes(15)))
struct HostileWorldTests {
    private static let long = #"{"items":[1],"delay":1000}"#

    /// Runs taskdeck as a shell command starts it.
    private static func run(
        _ command: String, body: @Sendable (RunningProgram, HTTP) async throws -> Void
    ) async throws -> ProcessEnd {
        try await RunningProgram.run(
            "/bin/bash",
            [
                "-c",
                command.replacing(
                    "taskdeck",
                    with: "'\(BuiltProducts.taskdeck)' --no-ui --port 0 --ephemeral --max-running 0 --grace 60"),
            ],
            environment: ["TASKDECK_TOKEN": nil]
        ) { program in
            let address = try await program.output.line(with: "listening on ").split(separator: " ").last ?? ""
            try await body(program, HTTP(base: String(address)))
            program.send(.terminate)
        }
    }

    private static func create(_ http: HTTP, _ data: String = long) async throws -> Answer {
        try await http.post("/tasks", #"{"task_type":"process_data","task_data":\#(data)}"#)
    }

    /// Creates tasks that all are accepted, and returns once all are completed.
    private static func completeAll(_ count: Int, _ program: RunningProgram, _ http: HTTP) async throws {
        var created: [TaskID] = []
        for _ in 0..<count {
            let answer = try await create(http, #"{"items":[1],"delay":0.05}"#)
            #expect(answer.status == 201)
            created.append(try answer.record.id)
        }
        for id in created { try await program.errors.line(with: "\(id) process_data completed") }
        if await program.errors.all.contains(where: { $0.contains("no worker can be started") }) {
            try await program.errors.line(with: "workers can be started again")
        }
        let health = try await http.get("/health")
        #expect(health.json["launching"] == "ok")
        #expect(health.json["status"] == "ok")
    }

    @Test(
        "tasks that find no descriptors for their workers wait for others to end, and all are completed",
        arguments: [48, 64])
    func fewDescriptors(limit: Int) async throws {
        let status = try await Self.run("ulimit -n \(limit); exec taskdeck") { program, http in
            _ = try await http.post("/queue/pause", "")
            async let all: Void = Self.completeAll(40, program, http)
            // Paused until all are there, so that all start at once.
            while try await http.get("/queue").json["queued"] != 40 { await Task.yield() }
            _ = try await http.post("/queue/resume", "")
            try await all
            let lines = await program.errors.all.filter { $0.contains("no worker can be started") }
            #expect(lines.count <= 1)
            #expect(lines.allSatisfy { $0.contains("may not open more files (\(limit) at most") })
        }
        #expect(status == .exited(0))
    }

    /// A user without other processes, so that its own can be counted.
    private static let lonelyUser = 54_321

    @Test(
        "tasks that find no processes for their workers wait for others to end, and all are completed",
        .enabled(if: getuid() == 0))
    func fewProcesses() async throws {
        // Where the programs were built, others may have no business.
        let folder = FileManager.default.temporaryDirectory.appending(path: "taskdeck-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for program in [BuiltProducts.taskdeck, BuiltProducts.worker] {
            let copy = folder.appending(path: program.lastComponent?.string ?? "").path()
            try FileManager.default.copyItem(atPath: program.string, toPath: copy)
        }
        let command =
            "chmod 755 '\(folder.path())'; exec setpriv --reuid \(Self.lonelyUser) --clear-groups "
            + "bash -c \"ulimit -u 40; exec '\(folder.path())/taskdeck' --no-ui --port 0 --ephemeral --max-running 0\""
        let status = try await RunningProgram.run(
            "/bin/bash", ["-c", command], environment: ["TASKDECK_TOKEN": nil]
        ) { program in
            let address = try await program.output.line(with: "listening on ").split(separator: " ").last ?? ""
            try await Self.completeAll(40, program, HTTP(base: String(address)))
            program.send(.terminate)
        }
        #expect(status == .exited(0))
    }

    @Test("tasks wait for a worker program that is away for a moment")
    func programAway() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "worker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (worker, away) = (folder.appending(path: "worker").path(), folder.appending(path: "away").path())
        try FileManager.default.copyItem(atPath: BuiltProducts.worker.string, toPath: worker)
        let status = try await Self.run("exec taskdeck --worker '\(worker)'") { program, http in
            try FileManager.default.moveItem(atPath: worker, toPath: away)
            let id = try await Self.create(http, "{}").record.id
            let line = try await program.errors.line(with: "no worker can be started")
            #expect(line.contains(worker))
            let health = try await http.get("/health")
            #expect(health.json["status"] == "degraded")
            #expect(health.json["launching"] != "ok")
            let waiting = try await http.get("/tasks/\(id)").record
            // A probe may just be under way.
            #expect(waiting.state == .queued || waiting.state == .starting)
            #expect(waiting.attempt == 1)
            let ended = try await Self.create(http, "{}").record.id
            #expect(try await http.delete("/tasks/\(ended)").record.state == .killed)
            try FileManager.default.moveItem(atPath: away, toPath: worker)
            try await Self.completeAll(3, program, http)
            #expect(try await http.get("/tasks/\(id)").record.state == .completed)
        }
        #expect(status == .exited(0))
    }

    @Test(
        "it works whatever the standard streams, the environment and the disk are",
        arguments: [
            "exec taskdeck < /dev/null", "exec taskdeck <&-", "exec taskdeck 2> >(head -n 1 > /dev/null)",
            "exec taskdeck 2> /dev/full", "exec taskdeck --log-file /dev/full --log-level trace",
            #"exec env -i ${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} taskdeck"#,
            "exec env -u HOME -u TERM -u LANG -u PATH taskdeck", "cd /; exec taskdeck",
        ])
    func surroundings(command: String) async throws {
        let status = try await Self.run(command) { _, http in
            let id = try await Self.create(http).record.id
            #expect(try await http.get("/tasks/\(id)?detail=true").status == 200)
            #expect(try await http.delete("/tasks/\(id)?use_http=true").record.state == .terminated)
            #expect(try await http.get("/health").json["status"] == "ok")
        }
        #expect(status == .exited(0))
    }

    @Test("standard output may be closed after the first line")
    func closedOutput() async throws {
        // The reader ends after one line; the service must not.
        let command = "exec 3>&1; exec taskdeck > >(head -n 1 >&3; exec 3>&- )"
        let status = try await Self.run(command) { _, http in
            for _ in 0..<20 {
                let answer = try await Self.create(http, "{}")
                #expect(answer.status == 201)
            }
            let health = try await http.get("/health")
            #expect(health.status == 200)
        }
        #expect(status == .exited(0))
    }

    @Test("a worker has nothing of the supervisor's or of another worker's: no descriptors, no environment")
    func inheritance() async throws {
        try await Service.run(environment: ["SECRET_OF_THE_OPERATOR": "42"]) { service in
            var pids: [Int32] = []
            for _ in 0..<3 { pids.append(try #require(try await service.startTask("process_data", Self.long).pid)) }
            let supervisor = Set(
                try ProcessWatch.descriptors(of: service.program.pid).values.filter { $0.hasPrefix("socket:") })
            #expect(!supervisor.isEmpty)
            var seen: Set<String> = []
            for pid in pids {
                let descriptors = try ProcessWatch.descriptors(of: pid)
                #expect(supervisor.isDisjoint(with: descriptors.values))
                let own = Set(descriptors.values.filter { $0.hasPrefix("socket:") || $0.hasPrefix("pipe:") })
                #expect(own.isDisjoint(with: seen))
                seen.formUnion(own)
                let names = try ProcessWatch.environment(of: pid).map { $0.prefix { $0 != "=" } }
                #expect(Set(names) == ["PATH", "LANG"])
            }
        }
    }

    @Test("SIGTERM during the start ends it, too, and leaves nothing", arguments: 0..<10)
    func earlyEnd(step: Int) async throws {
        let status = try await RunningProgram.run(
            BuiltProducts.taskdeck, ["--no-ui", "--port", "0", "--ephemeral"], environment: ["TASKDECK_TOKEN": nil]
        ) { program in
            // From before the first instruction until just after the first line.
            if step == 9 { try await program.output.line(with: "listening on ") }
            try await Task.sleep(for: .milliseconds(step * 5))
            program.send(.terminate)
            _ = try await ProcessWatch.ends(program.pid, within: .seconds(30))
        }
        // Before signals are handled, the kernel ends the process by them.
        #expect(status == .exited(0) || step < 9 && status == .signaled(15))
    }

    @Test("a thousand idle connections delay neither other requests nor the shutdown")
    func idleConnections() async throws {
        // If they delayed the shutdown, it would take all of the grace period.
        let status = try await Service.run(["--grace", "60"]) { service in
            let script =
                "ulimit -n 2000; for i in {1..1000}; do exec {connection}<>/dev/tcp/127.0.0.1/\(service.port); done; "
                + "echo open; read -r line"
            _ = try await RunningProgram.run("/bin/bash", ["-c", script]) { client in
                try await client.output.line(with: "open")
                for _ in 0..<20 {
                    let health = try await service.http.get("/health")
                    #expect(health.status == 200)
                }
                _ = try await service.startTask("process_data", Self.long)
                service.program.send(.terminate)
                #expect(try await ProcessWatch.ends(service.program.pid, within: .seconds(30)))
                try await client.endInput()
            }
        }
        #expect(status == .exited(0))
    }

    @Test(
        "a worker that is stopped does not answer: 504 within the second, and both ways to end it work",
        arguments: ["", "?use_http=true"])
    func stoppedWorker(query: String) async throws {
        try await Service.run(["--grace", "0.3"]) { service in
            let task = try await service.startTask("process_data", Self.long)
            try ProcessWatch.freeze(try #require(task.pid))
            let pause = try await service.http.post("/tasks/\(task.id)/control", #"{"action":"pause"}"#)
            #expect(pause.status == 504)
            #expect(pause.code == "worker_timeout")
            let detail = try await service.http.get("/tasks/\(task.id)?detail=true")
            #expect(detail.json["worker"] == .null)
            #expect(detail.json["worker_error"] == "the worker did not answer within 1 s")
            let ended = try await service.http.delete("/tasks/\(task.id)\(query)")
            #expect(ended.status == 200)
            #expect(try ended.record.state.isFinal)
        }
    }
}
