import Glibc
import JSON
import NIOConcurrencyHelpers
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Names, queue positions and reasons in the record", .timeLimit(.minutes(15)))
struct RecordTests {
    private static let items = #"{"items":["invoices","orders","customers",4],"delay":60}"#

    private static func submit(_ service: Service, _ members: String = "") async throws -> TaskRecord {
        let body = #"{"task_type":"process_data","task_data":\#(items)\#(members)}"#
        return try await service.http.post("/tasks", body).record
    }

    private static func change(_ service: Service, _ id: TaskID, _ body: String) async throws -> Answer {
        try await service.http.send("PATCH", "/tasks/\(id)", body: body, type: "application/json")
    }

    @Test("A name, a title and a changed queue position survive kill -9; the reason is that of the new service")
    func restart() async throws {
        try await TemporaryDirectory.run { state in
            let flags = ["--state", state.string, "--max-running", "1"]
            let known = NIOLockedValueBox<[TaskRecord]>([])
            _ = try await Service.run(flags) { service in
                let running = try await Self.submit(service)
                _ = try await service.record(of: running.id, when: .running)
                let older = try await Self.submit(service)
                let named = try await Self.submit(service, #","name":"the\tsecond","retries":1"#)
                #expect(named.name == "the\tsecond")
                #expect(named.title == "the second")
                #expect(older.title == "invoices, orders +2, 60 s")
                #expect(named.reason?.description == "1 of 1 may run; 1 task is before it")
                let moved = try await Self.change(service, named.id, #"{"position":"first"}"#)
                #expect(moved.status == 200)
                #expect(try moved.record.queuePosition == 1)
                #expect(try moved.record.queueOrder == -1)
                #expect(try moved.record.reason?.description == "1 of 1 may run; it is the next")
                #expect(try await Self.change(service, running.id, #"{"position":"last"}"#).status == 409)
                _ = try await service.http.post("/tasks/\(running.id)/control", #"{"action":"pause"}"#)
                let list = try await service.http.get("/tasks?status=queued").json["tasks"]
                for id in [older.id, named.id] {
                    guard case .array(let tasks)? = list else { break }
                    let single = try await service.http.get("/tasks/\(id)").json
                    #expect(tasks.first { $0["task_id"] == single["task_id"] } == single)
                }
                let reason = try await service.http.get("/tasks/\(older.id)").json["reason"]
                #expect(reason == "1 of 1 may run, and it is paused; 1 task is before it")
                _ = try await service.http.post("/queue/pause", "{}")
                known.withLockedValue { $0 = [older, named] }
                service.program.send(.kill)
            }
            let (older, named) = known.withLockedValue { ($0[0], $0[1]) }
            _ = try await Service.run(flags) { service in
                let after = try await service.http.get("/tasks/\(named.id)").record
                #expect(after.name == named.name)
                #expect(after.title == named.title)
                #expect(after.queueOrder == -1)
                #expect(after.queuePosition == 1)
                #expect(after.reason?.description == "the queue is held")
                #expect(try await service.http.get("/tasks/\(older.id)").record.queuePosition == 2)
                _ = try await service.http.post("/queue/resume", "{}")
                let running = try await service.record(of: named.id, when: .running)
                #expect(running.reason == nil)
                #expect(running.title == named.title)
            }
        }
    }

    @Test("A stopped worker is shown as not answering, with a warning, until it continues, without any request")
    func frozen() async throws {
        try await Service.run { service in
            let task = try await service.startTask("process_data", Self.items)
            let pid = try #require(task.pid)
            try ProcessWatch.freeze(pid)
            try await service.log.line(
                with: "\(task.id) process_data is not answering: its worker has been stopped by a signal")
            let frozen = try await service.http.get("/tasks/\(task.id)").json
            #expect(frozen["status"] == "running")
            #expect(frozen["not_answering_since"] != .null)
            guard case .string(let reason)? = frozen["reason"] else {
                Issue.record("there is no reason")
                return
            }
            #expect(reason.hasPrefix("its worker has been stopped by a signal since "))
            kill(pid, SIGCONT)
            try await service.log.line(with: "\(task.id) process_data answers again after ")
            #expect(try await service.http.get("/tasks/\(task.id)").json["reason"] == .null)
            _ = try await service.http.post("/tasks/\(task.id)/control", #"{"action":"pause"}"#)
            let paused = try await service.http.get("/tasks/\(task.id)").json
            #expect(paused["status"] == "paused")
            #expect(paused["not_answering_since"] == .null)
        }
    }
}
