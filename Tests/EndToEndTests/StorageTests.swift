import FoundationEssentials
import GRDB
import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("The state directory of a service", .timeLimit(.minutes(15)))
struct StorageTests {
    private static let long = #"{"items":[1],"delay":1000}"#

    private static func create(_ service: Service, _ data: String = long) async throws -> Answer {
        try await service.http.post("/tasks", #"{"task_type":"process_data","task_data":\#(data)}"#)
    }

    // MARK: - The first start

    private static let firstStarts = ProcessInfo.processInfo.environment["TASKDECK_CRASHES"].flatMap { Int($0) } ?? 20

    @Test("a first start that is killed at any instant does not prevent the next one")
    func firstStart() async throws {
        let seed = UInt64.random(in: .min ... .max)
        print("first start: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<Self.firstStarts {
            let delay = Int.random(in: 0...120_000, using: &random)
            try await TemporaryDirectory.run { path in
                let status = try await RunningProgram.run(
                    BuiltProducts.taskdeck, ["--no-ui", "--port", "0", "--state", path.string],
                    environment: ["TASKDECK_TOKEN": nil]
                ) { program in
                    // The instant is what is tested, so there is nothing to wait for.
                    try await Task.sleep(for: .microseconds(delay))
                    program.send(.kill)
                }
                #expect(status == .signaled(SIGKILL))
                let store = try TaskStore(StateDirectory(path))
                let stored = try store.load(window: 1, at: Timestamp(milliseconds: 0))
                #expect(stored.records.isEmpty)
            }
        }
    }

    // MARK: - A full disk

    /// Mounts a file system of 8 MiB.
    static func withSmallDisk(_ body: (FilePath) async throws -> Void) async throws {
        try await TemporaryDirectory.run { path in
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
            let mounted = try await RunningProgram.run(
                "/bin/mount", ["-t", "tmpfs", "-o", "size=8m", "taskdeck", path.string]
            ) { _ in }
            try #require(mounted == .exited(0))
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(path))
            } catch {
                result = .failure(error)
            }
            _ = try await RunningProgram.run("/bin/umount", ["-l", path.string]) { _ in }
            try result.get()
        }
    }

    /// Fills the disk.
    private static func fill(_ disk: FilePath) throws {
        let file = try FileDescriptor.open(
            disk.appending("filler"), .writeOnly, options: [.create, .append], permissions: [.ownerReadWrite])
        defer { try? file.close() }
        let page = [UInt8](repeating: 1, count: 4096)
        while (try? page.withUnsafeBytes { try file.write($0) }) == page.count {}
    }

    @Test(
        "a full disk does not prevent a start, and pending changes are stored once there is room",
        .enabled(if: getuid() == 0), arguments: [true, false])
    func fullDisk(isKilled: Bool) async throws {
        try await Self.withSmallDisk { disk in
            let flags = ["--state", disk.appending("state").string, "--max-running", "1", "--grace", "1"]
            try await Service.run(flags) { service in
                let first = try await Self.create(service).record
                _ = try await service.record(of: first.id, when: .running)
                _ = try await Self.create(service)
                if isKilled {
                    service.program.send(.kill)
                } else {
                    // The end cannot be stored; the log file is merged, and its room is free.
                    try Self.fill(disk)
                }
            }
            try Self.fill(disk)
            try await Service.run(flags) { service in
                // An interrupted task ends once that cannot be stored.
                try await service.log.line(with: "failed")
                let tasks = try await service.http.get("/tasks").list.tasks
                #expect(tasks.map(\.state.isFinal) == [true, false])
                #expect(isKilled || tasks.first?.state != .completed)
                let refused = try await Self.create(service)
                #expect(refused.status == 507)
                #expect(refused.code == "storage_full")
                let health = try await service.http.get("/health").json
                #expect(health["storage"] == "database or disk is full")
                try FileManager.default.removeItem(atPath: disk.appending("filler").string)
                try await service.log.line(with: "tasks are stored again")
                #expect(try await service.http.get("/health").json["storage"] == "ok")
                #expect(try await Self.create(service).status == 201)
                #expect(try await service.http.get("/tasks").list.tasks.first == tasks.first)
                service.program.send(.kill)
            }
            try await Service.run(flags) { service in
                let tasks = try await service.http.get("/tasks").list.tasks
                #expect(tasks.count == 3)
                #expect(tasks.first?.state.isFinal == true)
            }
        }
    }

    // MARK: - Files

    @Test("its files have mode 0600, whatever the umask, those of earlier versions included")
    func modes() async throws {
        try await TemporaryDirectory.run { path in
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
            chmod(path.string, 0o755)
            for _ in 0..<2 {
                let status = try await RunningProgram.run(
                    "/bin/bash",
                    ["-c", "umask 0; exec '\(BuiltProducts.taskdeck)' --no-ui --port 0 --state '\(path)'"],
                    environment: ["TASKDECK_TOKEN": nil]
                ) { program in
                    try await program.output.line(with: "listening on ")
                    let names = try FileManager.default.contentsOfDirectory(atPath: path.string).sorted()
                    #expect(
                        names == [
                            "api.sock", "lock", "logs", "tasks.sqlite", "tasks.sqlite-shm", "tasks.sqlite-wal", "token",
                        ])
                    for name in names {
                        let file = path.appending(name).string
                        let attributes = try FileManager.default.attributesOfItem(atPath: file)
                        #expect(attributes[.posixPermissions] as? Int == (name == "logs" ? 0o700 : 0o600), "\(name)")
                        // As an earlier version left them, for the second start to find.
                        if name == "lock" || name.hasPrefix("tasks") { chmod(file, 0o644) }
                    }
                    program.send(.kill)
                }
                #expect(status == .signaled(SIGKILL))
            }
        }
    }

    @Test("after its removal every POST is refused, and /health has the reason")
    func removed() async throws {
        try await TemporaryDirectory.run { path in
            try await Service.run(["--state", path.string]) { service in
                #expect(try await Self.create(service).status == 201)
                // The task is still running, and what is written for it can be in the way.
                while access(path.string, F_OK) == 0 { try? FileManager.default.removeItem(atPath: path.string) }
                let health = try await service.http.get("/health").json
                guard case .string(let reason)? = health["storage"] else {
                    Issue.record("\(health)")
                    return
                }
                #expect(reason.hasPrefix("'\(path)' was removed, renamed or replaced"))
                let refused = try await Self.create(service)
                #expect(refused.status == 503)
                #expect(refused.code == "storage_unavailable")
                #expect(refused.body.contains(reason))
            }
        }
    }

    // MARK: - Keys

    @Test("one task is created by simultaneous POSTs with one key", arguments: [true, false])
    func oneKey(isDurable: Bool) async throws {
        try await TemporaryDirectory.run { path in
            let flags = isDurable ? ["--state", path.string] : ["--ephemeral"]
            try await Service.run(flags + ["--max-running", "1"]) { service in
                for round in 0..<20 {
                    var http = service.http
                    http.headers.append(("Idempotency-Key", "round \(round)"))
                    let answers = try await withThrowingTaskGroup(of: Answer.self) { [http] group in
                        for _ in 0..<8 {
                            group.addTask {
                                try await http.post("/tasks", #"{"task_type":"process_data","task_data":{}}"#)
                            }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(answers.map(\.status).sorted() == [200, 200, 200, 200, 200, 200, 200, 201])
                    #expect(Set(try answers.map { try $0.record.id }).count == 1)
                }
                #expect(try await service.http.get("/tasks").json["total"] == 20)
            }
        }
    }
}
