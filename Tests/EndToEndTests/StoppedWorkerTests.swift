import FoundationEssentials
import Glibc
import TaskModel
import TestSupport
import Testing

@Suite("A worker that is stopped by a signal", .timeLimit(.minutes(15)))
struct StoppedWorkerTests {
    private static let long = #"{"items":[1,2,3],"delay":1000}"#

    /// Both ways of starting workers: by the fork server, and each by itself.
    private static let launchers: [[String]] = [[], ["--worker", "\(BuiltProducts.worker)"]]

    @Test(
        "A stopped worker is shown as not answering until it continues, and its task keeps its state",
        arguments: launchers)
    func stopped(flags: [String]) async throws {
        try await Service.run(flags) { service in
            let task = try await service.startTask("process_data", Self.long)
            let pid = try #require(task.pid)
            for round in 1...2 {
                kill(pid, SIGSTOP)
                _ = try await service.log.line(
                    round, with: "\(task.id) process_data is not answering: its worker has been stopped by a signal")
                let stopped = try await service.http.get("/tasks/\(task.id)").record
                #expect(stopped.state == .running)
                #expect(stopped.reason?.description.hasPrefix("its worker has been stopped by a signal since ") == true)
                kill(pid, SIGCONT)
                _ = try await service.log.line(round, with: "\(task.id) process_data answers again")
                let record = try await service.http.get("/tasks/\(task.id)").record
                #expect(record.state == .running)
                #expect(record.reason == nil)
            }
        }
    }

    @Test("A worker that was stopped before it had a task is shown as not answering")
    func stoppedBefore() async throws {
        try await Service.run(["--warm-workers", "1", "--log-level", "debug"]) { service in
            // The fork server's own word is that it works; the worker ahead of tasks is then the only other child.
            try await service.log.line(with: "the fork server, pid ")
            let first = try await service.startTask("process_data", Self.long)
            let idle = try await Self.idleWorker(of: service, besides: try #require(first.pid))
            kill(idle, SIGSTOP)
            let id = try await service.createTask("process_data", Self.long)
            try await service.log.line(with: "\(id) process_data is not answering")
            #expect(try await service.http.get("/tasks/\(id)").record.state == .starting)
            kill(idle, SIGCONT)
            try await service.log.line(with: "\(id) process_data answers again")
            try await service.log.line(with: "\(id) process_data running pid \(idle)")
        }
    }

    /// The worker that waits for a task, once there is one.
    private static func idleWorker(of service: Service, besides busy: Int32) async throws -> Int32 {
        let server = try await service.log.line(with: "the fork server, pid ")
            .firstMatch(of: /the fork server, pid (\d+)/).flatMap { Int32($0.1) }
        while true {
            let others = try ProcessWatch.children(of: service.program.pid).filter { $0 != server && $0 != busy }
            // One that has not opened its port yet is not ready for a task.
            if let idle = others.first, (try? isListening(idle)) == true { return idle }
            await Task.yield()
        }
    }

    /// Whether a process has a TCP socket that listens, see proc(5).
    private static func isListening(_ pid: Int32) throws -> Bool {
        let sockets = Set(try ProcessWatch.descriptors(of: pid).values)
        let table = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
        return table.split(separator: "\n").dropFirst().contains { line in
            let fields = line.split(separator: " ")
            return fields.count > 9 && fields[3] == "0A" && sockets.contains("socket:[\(fields[9])]")
        }
    }

    @Test("A stopped worker that is killed fails its task, whose reason is then empty", arguments: launchers)
    func killed(flags: [String]) async throws {
        try await Service.run(flags) { service in
            let task = try await service.startTask("process_data", Self.long)
            let pid = try #require(task.pid)
            kill(pid, SIGSTOP)
            try await service.log.line(with: "\(task.id) process_data is not answering")
            kill(pid, SIGKILL)
            let record = try await service.record(of: task.id, when: .failed)
            #expect(record.reason == nil)
            #expect(record.error?.contains("signal 9 (SIGKILL)") == true)
            #expect(try await ProcessWatch.ends(pid, within: .seconds(30)))
        }
    }

    @Test(
        "A worker that is stopped and continued all the time is logged a few times, and its last state is shown",
        arguments: launchers)
    func storm(flags: [String]) async throws {
        try await Service.run(flags) { service in
            let task = try await service.startTask("process_data", Self.long)
            let pid = try #require(task.pid)
            for _ in 0..<5000 {
                kill(pid, SIGSTOP)
                kill(pid, SIGCONT)
            }
            // The end of the storm is a stop that stays, which only this line can be about.
            kill(pid, SIGSTOP)
            let stop = "\(task.id) process_data is not answering"
            try await service.log.line(with: stop)
            while try await service.http.get("/tasks/\(task.id)").record.reason == nil { await Task.yield() }
            kill(pid, SIGCONT)
            while try await service.http.get("/tasks/\(task.id)").record.reason != nil { await Task.yield() }
            _ = try await service.http.post("/tasks/\(task.id)/control", #"{"action":"pause"}"#)
            #expect(try await service.http.get("/tasks/\(task.id)").record.state == .paused)
        }
    }
}
