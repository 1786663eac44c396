import Glibc
import JSON
import TaskModel
import TestSupport
import Testing

/// The fork server and idle workers, with the real worker program.
@Suite("The fork server and its idle workers", .timeLimit(.minutes(15)))
struct ForkServerTests {
    private static let short = #"{"items":[1],"delay":0}"#
    private static let long = #"{"items":[1],"delay":1000}"#

    private static func run(_ warm: Int, body: @Sendable (Service, _ server: Int32) async throws -> Void) async throws {
        let status = try await Service.run(["--warm-workers", "\(warm)", "--log-level", "debug"]) { service in
            try await body(service, try await serverPid(service.log))
        }
        #expect(status == .exited(0))
    }

    private static func serverPid(_ log: LineLog) async throws -> Int32 {
        let line = try await log.line(with: "the fork server, pid")
        let words = line.split(separator: " ")
        return try #require(words.firstIndex(of: "pid").flatMap { Int32(words[$0 + 1].filter(\.isNumber)) })
    }

    @Test("Every task has its own process, which is a child of the service and leads a session")
    func processes() async throws {
        try await Self.run(2) { service, server in
            var pids: Set<Int32> = [server]
            for _ in 0..<5 {
                let pid = try #require(try await service.startTask("process_data", Self.long).pid)
                #expect(pids.insert(pid).inserted)
                #expect(getsid(pid) == pid)
                #expect(try ProcessWatch.parent(of: pid) == service.program.pid)
                // Three pipes, and what an event loop needs; nothing of the fork server's.
                #expect(try ProcessWatch.descriptors(of: pid).count < 12)
            }
        }
    }

    @Test("A fork server that is killed or stopped is replaced, and no task is lost", arguments: [SIGKILL, SIGSTOP])
    func replacement(signal: Int32) async throws {
        try await Self.run(0) { service, server in
            let running = try await service.startTask("process_data", Self.long)
            kill(server, signal)
            for _ in 0..<3 {
                let id = try await service.createTask("process_data", Self.short)
                #expect(try await service.record(of: id, when: .completed).state == .completed)
            }
            #expect(try await service.http.get("/tasks/\(running.id)").record.state == .running)
            // A stopped one is killed, and reaped.
            #expect(try await ProcessWatch.ends(server, within: .seconds(30)))
        }
    }

    @Test(
        "Tasks that are started while the fork server is stopped get workers from the next one",
        arguments: [true, false])
    func manyMeetAStop(hasForked: Bool) async throws {
        try await Self.run(0) { service, server in
            if hasForked {
                let id = try await service.createTask("process_data", Self.short)
                _ = try await service.record(of: id, when: .completed)
            }
            kill(server, SIGSTOP)
            let ids = try await withThrowingTaskGroup(of: TaskID.self) { group in
                for _ in 0..<8 { group.addTask { try await service.createTask("process_data", Self.long) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await service.http.delete("/tasks/\(ids[7])").record.state == .killed)
            kill(server, SIGCONT)
            var pids: Set<Int32> = []
            for id in ids.dropLast() {
                let record = try await service.record(of: id, when: .running)
                let pid = try #require(record.pid)
                #expect(pids.insert(pid).inserted)
                let detail = try await service.http.get("/tasks/\(id)?detail=true")
                #expect(detail.json["worker"]?["task_id"] == .string(id.description))
                #expect(detail.json["worker"]?["pid"] == .integer(Int64(pid)))
            }
            // The workers and the next fork server.
            #expect(Set(try ProcessWatch.children(of: service.program.pid)).subtracting(pids).count == 1)
            for id in ids.dropLast() {
                #expect(try await service.http.delete("/tasks/\(id)").record.state == .killed)
            }
        }
    }

    @Test("An idle worker that ends is replaced")
    func warmWorkerGone() async throws {
        try await Self.run(1) { service, server in
            // The idle worker is known once the first task has used another.
            _ = try await service.startTask("process_data", Self.long)
            let ready = try ProcessWatch.children(of: service.program.pid).filter { $0 != server }
            for pid in ready {
                kill(pid, SIGTERM)
                #expect(try await ProcessWatch.ends(pid, within: .seconds(30)))
            }
            let id = try await service.createTask("process_data", Self.short)
            #expect(try await service.record(of: id, when: .completed).state == .completed)
        }
    }

    @Test("Idle workers that are stopped do not delay the end of the service")
    func stoppedReserve() async throws {
        // Longer than the limit of this suite.
        let status = try await Service.run(["--warm-workers", "2", "--grace", "1000", "--log-level", "debug"]) {
            service in
            let server = try await Self.serverPid(service.log)
            let task = try await service.startTask("process_data", Self.long)
            let ready = try ProcessWatch.children(of: service.program.pid).filter { $0 != server && $0 != task.pid }
            #expect(!ready.isEmpty)
            for pid in ready { try ProcessWatch.freeze(pid) }
            service.program.send(.terminate)
            for pid in ready { #expect(try await ProcessWatch.ends(pid, within: .seconds(30))) }
        }
        #expect(status == .exited(0))
    }

    @Test(
        "The end of the service, also by SIGKILL, ends the fork server and idle workers", arguments: [false, true])
    func ending(isViolent: Bool) async throws {
        try await Service.run(["--warm-workers", "3", "--log-level", "debug"]) { service in
            let server = try await Self.serverPid(service.log)
            _ = try await service.startTask("process_data", Self.long)
            let children = try ProcessWatch.children(of: service.program.pid)
            #expect(children.contains(server))
            service.program.send(isViolent ? .kill : .terminate)
            for pid in children { #expect(try await ProcessWatch.ends(pid, within: .seconds(30))) }
        }
    }
}
