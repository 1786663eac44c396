import JSON
import NIOConcurrencyHelpers
import NIOCore
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Streams of the running service", .timeLimit(.minutes(15)))
struct StreamTests {
    @Test("a task's course is in the events, with revisions that grow, and is resumed by the id of any")
    func course() async throws {
        try await Service.run { service in
            var events = try await service.http.events()
            let start = try #require(try await events.next("snapshot"))
            let id = try await service.createTask("process_data", #"{"items":[1,2,3],"delay":1}"#)
            var (revision, states): (Int64, [JSONValue]) = (0, [])
            while states.last != "completed", let event = try await events.next("task") {
                #expect(event.json["task_id"] == .string(id.description))
                guard case .integer(let next)? = event.json["revision"] else { break }
                #expect(next > revision)
                revision = next
                if let state = event.json["status"], states.last != state { states.append(state) }
            }
            #expect(states.last == "completed")
            #expect(states.contains("running"))
            var resumed = try await service.http.events(after: start.id)
            let task = try #require(try await resumed.next())
            #expect(task.name == "task")
            #expect(task.json["revision"] == .integer(revision))
            #expect(try await resumed.next()?.name == "queue")
            #expect(try await resumed.next()?.name == "health")
            #expect(events.parser.violations.isEmpty)
        }
    }

    @Test("a task that is not kept any longer is removed")
    func removal() async throws {
        try await Service.run(["--keep", "1"]) { service in
            var events = try await service.http.events()
            let first = try await service.createTask("cpu_intensive", #"{"complexity":1,"batches":1}"#)
            _ = try await service.record(of: first, when: .completed)
            _ = try await service.createTask("cpu_intensive", #"{"complexity":1,"batches":1}"#)
            #expect(
                try await events.next("removed")?.json == ["task_id": .string(first.description), "status": nil])
        }
    }

    @Test("after a restart there is a gap, and a snapshot of what was kept")
    func restart() async throws {
        try await TemporaryDirectory.run { state in
            let last = NIOLockedValueBox("")
            for isFirst in [true, false] {
                try await Service.run(["--state", state.string, "--max-running", "1"]) { service in
                    var events = try await service.http.events(after: isFirst ? nil : last.withLockedValue(\.self))
                    if isFirst {
                        _ = try await events.next("snapshot")
                        _ = try await service.http.post("/queue/pause", "{}")
                        _ = try await service.createTask("process_data", "{}")
                        let task = try #require(try await events.next("task"))
                        last.withLockedValue { $0 = task.id }
                    } else {
                        #expect(try await events.next()?.json["reason"] == "restarted")
                        let snapshot = try #require(try await events.next("snapshot"))
                        #expect(snapshot.json["complete"] == true)
                        #expect(snapshot.data.contains("\"queued\""))
                    }
                }
            }
        }
    }

    @Test("a shutdown shows how tasks end, ends all streams, and waits for no reader")
    func shutdown() async throws {
        try await TemporaryDirectory.run { state in
            let end = try await Service.run(["--state", state.string, "--grace", "60"]) { service in
                let task = try await service.startTask("process_data", #"{"items":[1],"delay":600}"#)
                try await HTTP.connect(toPort: service.port, reads: false) { _, outbound in
                    try await outbound.write(
                        ByteBuffer(string: "GET /events HTTP/1.1\r\nHost: localhost:\(service.port)\r\n\r\n"))
                    let http = HTTP(socket: state.appending("api.sock"))
                    var lines = try await http.lines("/log?follow=true")
                    #expect(lines.status == 200)
                    var events = try await http.events()
                    _ = try await events.next("snapshot")
                    service.program.send(.terminate)
                    let rest = try await events.rest()
                    #expect(
                        rest.contains {
                            $0.json["task_id"] == .string(task.id.description) && $0.json["status"] == "terminated"
                        })
                    #expect(rest.contains { $0.name == "health" && $0.json["status"] == "shutting_down" })
                    while try await lines.next() != nil {}
                }
            }
            #expect(end == .exited(0))
        }
    }

    @Test("usage has the pid, processor time and memory of a worker")
    func usage() async throws {
        try await Service.run { service in
            let task = try await service.startTask("process_data", #"{"items":[1],"delay":600}"#)
            let usage = try await service.http.get("/usage").json
            guard case .array(let workers)? = usage["workers"], let worker = workers.first else {
                Issue.record("there is no worker in \(usage)")
                return
            }
            #expect(workers.count == 1)
            #expect(worker["pid"] == task.pid.map { .integer(Int64($0)) })
            guard case .integer(let memory)? = worker["memory_bytes"], case .integer? = worker["cpu_ms"] else {
                Issue.record("\(worker) is not known")
                return
            }
            #expect(memory > 100_000)
        }
    }
}
