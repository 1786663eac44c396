import JSON
import TaskModel
import TestSupport
import Testing

@Suite("The service over HTTP", .timeLimit(.minutes(15)))
struct ServiceTests {
    private static let long = #"{"items":[1,2,3],"delay":1000}"#

    @Test(
        "a task of each type is created, works and completes",
        arguments: [
            ("process_data", #"{"items":[1,"two",null],"delay":0.01}"#, 3), ("generate_report", #"{"delay":0.01}"#, 4),
            ("cpu_intensive", #"{"complexity":1000,"batches":2}"#, 2),
        ])
    func life(type: String, data: String, units: Int) async throws {
        let status = try await Service.run { service in
            let created = try await service.http.post("/tasks", #"{"task_type":"\#(type)","task_data":\#(data)}"#)
            #expect(created.status == 201)
            let id = try created.record.id
            #expect(created.headers["location"] == "/tasks/\(id)")
            #expect(try created.record.state == .starting)
            let record = try await service.record(of: id, when: .completed)
            #expect(record.state == .completed)
            #expect(record.progress.done == units)
            #expect(record.progress.fraction == 1)
            #expect(record.exitCode == 0)
            #expect(record.result != nil)
            #expect(record.error == nil)
            let pid = try #require(record.pid)
            #expect(!ProcessWatch.exists(pid))
            let listed = try await service.http.get("/tasks?status=completed&task_type=\(type)")
            #expect(listed.json["total"] == 1)
        }
        #expect(status == .exited(0))
    }

    @Test("a task is shown the same by the short way and by the router's")
    func twoWays() async throws {
        try await Service.run { service in
            let id = try await service.createTask("process_data", "{}")
            _ = try await service.record(of: id, when: .completed)
            for path in ["/tasks/\(id)", "/tasks"] {
                // The first asking makes the list; a query, be it empty, is the router's.
                _ = try await service.http.get(path)
                let short = try await service.http.get(path)
                let long = try await service.http.get(path + "?")
                #expect(short.status == 200)
                #expect(short.body == long.body)
                #expect(Set(short.headers.keys) == Set(long.headers.keys))
            }
        }
    }

    @Test("the sum of cpu_intensive is the right one")
    func sum() async throws {
        try await Service.run { service in
            let id = try await service.createTask("cpu_intensive", #"{"complexity":100000,"batches":5}"#)
            let record = try await service.record(of: id, when: .completed)
            guard case .number(let sum)? = record.result?.value["sum"] else {
                Issue.record("there is no sum")
                return
            }
            let expected = 5 * (0..<100_000).reduce(0.0) { $0 + Double($1).squareRoot() }
            #expect(abs(sum / expected - 1) < 1e-9)
        }
    }

    @Test(
        "a pause stops progress and processor time, and a resume continues",
        arguments: ["cpu_intensive", "process_data"])
    func pause(type: String) async throws {
        try await Service.run { service in
            let data =
                type == "cpu_intensive" ? #"{"complexity":200000000}"# : #"{"items":[1,2],"delay":16}"#
            // Not only once it runs: on a busy machine the task might be over by then.
            let id = try await service.createTask(type, data)
            let paused = try await service.http.post("/tasks/\(id)/control", #"{"action":"pause"}"#)
            #expect(paused.status == 200)
            #expect(try paused.record.state == .paused)
            #expect(try paused.record.pending == nil)
            let first = try await service.http.get("/tasks/\(id)?detail=true")
            #expect(first.json["worker"]?["status"] == "paused")
            // A second in which a running task would continue: time itself is tested.
            try await Task.sleep(for: .seconds(1))
            let second = try await service.http.get("/tasks/\(id)?detail=true")
            #expect(try first.record.progress == second.record.progress)
            #expect(try first.record.activeMilliseconds == second.record.activeMilliseconds)
            #expect(try second.record.pausedMilliseconds >= first.record.pausedMilliseconds + 900)
            guard case .number(let before)? = first.json["worker"]?["cpu_seconds"],
                case .number(let after)? = second.json["worker"]?["cpu_seconds"]
            else {
                Issue.record("there is no processor time")
                return
            }
            #expect(after - before < 0.1)
            let resumed = try await service.http.post("/tasks/\(id)/control", #"{"action":"resume"}"#)
            #expect(try resumed.record.state == .running)
            let end = try await service.record(of: id, when: .completed)
            #expect(end.pausedMilliseconds >= 900)
        }
    }

    @Test("a request for the state that a task has succeeds, as does the pause of one just created")
    func idempotence() async throws {
        try await Service.run { service in
            let id = try await service.createTask("process_data", Self.long)
            for _ in 0..<2 {
                let answer = try await service.http.post("/tasks/\(id)/control", #"{"action":"pause"}"#)
                #expect(answer.status == 200)
                #expect(try answer.record.state == .paused)
            }
        }
    }

    @Test("a task ends gracefully by DELETE and by control, and by force by both", arguments: 0..<4)
    func ends(way: Int) async throws {
        try await Service.run { service in
            let task = try await service.startTask("process_data", Self.long)
            let answer =
                switch way {
                case 0: try await service.http.delete("/tasks/\(task.id)?use_http=true")
                case 1: try await service.http.post("/tasks/\(task.id)/control", #"{"action":"terminate"}"#)
                case 2: try await service.http.delete("/tasks/\(task.id)")
                default: try await service.http.post("/tasks/\(task.id)/control", #"{"action":"kill"}"#)
                }
            #expect(answer.status == 200)
            let record = try answer.record
            #expect(record.state == (way < 2 ? .terminated : .killed))
            #expect(record.termination?.stage == (way < 2 ? .http : .sigkill))
            #expect(record.termination?.reaped == 1)
            #expect(record.exitCode == (way < 2 ? 0 : nil))
            #expect(!ProcessWatch.exists(try #require(record.pid)))
            let again = try await service.http.delete("/tasks/\(task.id)")
            #expect(again.status == 409)
            #expect(again.code == "already_finished")
        }
    }

    @Test("a frozen worker is terminated by signals")
    func frozen() async throws {
        try await Service.run { service in
            let task = try await service.startTask("process_data", Self.long)
            let pid = try #require(task.pid)
            try ProcessWatch.freeze(pid)
            let detail = try await service.http.get("/tasks/\(task.id)?detail=true")
            #expect(detail.status == 200)
            #expect(detail.json["worker"] == .null)
            #expect(detail.json["worker_error"] == "the worker did not answer within 1 s")
            let pause = try await service.http.post("/tasks/\(task.id)/control", #"{"action":"pause"}"#)
            #expect(pause.status == 504)
            #expect(pause.code == "worker_timeout")
            let end = try await service.http.delete("/tasks/\(task.id)?use_http=true")
            #expect(end.status == 200)
            #expect(try end.record.termination?.stage == .sigterm)
            #expect(!ProcessWatch.exists(pid))
        }
    }

    @Test("a worker killed from outside fails its task, and the service continues")
    func killedFromOutside() async throws {
        try await Service.run { service in
            let task = try await service.startTask("cpu_intensive", #"{"complexity":1000000000000}"#)
            ProcessWatch.send(.kill, to: try #require(task.pid))
            let record = try await service.record(of: task.id, when: .failed)
            #expect(record.error == "the worker was ended by signal 9 (SIGKILL) before it reported an outcome")
            #expect(
                try await service.http.get("/tasks/\(task.id)?detail=true").json["worker_error"] == "the task is failed"
            )
            #expect(try await service.http.get("/health").json["status"] == "ok")
        }
    }

    @Test("all tasks are in the log at every status interval")
    func dump() async throws {
        try await Service.run(["--status-interval", "0.2"]) { service in
            try await service.log.line(with: "status: no tasks")
            let task = try await service.startTask("process_data", Self.long)
            try await service.log.line(with: "status: 1 task: 1 running")
            let line = try await service.log.line(with: "  \(task.id) process_data running 0 %")
            #expect(line.contains("pid \(try #require(task.pid)) port \(try #require(task.workerPort)) age "))
            _ = try await service.http.delete("/tasks/\(task.id)")
            try await service.log.line(with: "  \(task.id) process_data killed")
        }
    }

    @Test("with a token the service, its workers and all of its calls use it, and it is shown nowhere")
    func token() async throws {
        try await Service.run(environment: ["TASKDECK_TOKEN": "s3cret-token"]) { service in
            #expect(try await service.http.get("/tasks").status == 401)
            var authorized = service
            authorized.http.headers = [("Authorization", "Bearer s3cret-token")]
            let task = try await authorized.startTask("process_data", Self.long)
            let paused = try await authorized.http.post("/tasks/\(task.id)/control", #"{"action":"pause"}"#)
            #expect(try paused.record.state == .paused)
            let detail = try await authorized.http.get("/tasks/\(task.id)?detail=true")
            #expect(detail.json["worker"]?["status"] == "paused")
            #expect(!detail.body.contains("s3cret"))
            let worker = HTTP(base: "http://127.0.0.1:\(try #require(task.workerPort))")
            #expect(try await worker.get("/status").status == 401)
            #expect(try await authorized.http.delete("/tasks/\(task.id)?use_http=true").status == 200)
            #expect(await !service.log.all.contains { $0.contains("s3cret") })
        }
    }

    @Test(
        "an error of the HTTP parser is a problem document",
        arguments: [
            ("GARBAGE\r\n\r\n", 400), ("GET /tasks HTTP/9.9\r\nHost: localhost\r\n\r\n", 505),
            ("GET /tasks HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "x", count: 100_000))\r\n\r\n", 431),
            (
                "POST /tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                400
            ),
            ("GET /tasks HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
            ("GET /tasks HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 403),
        ])
    func parser(text: String, status: Int) async throws {
        try await Service.run { service in
            let answer = try await HTTP.raw(text, toPort: service.port)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.lowercased().contains("content-type: application/problem+json"))
            #expect(answer.contains("\"status\":\(status)"))
            #expect(try await service.http.get("/health").status == 200)
        }
    }
}
