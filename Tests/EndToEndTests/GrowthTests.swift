import JSON
import NIOConcurrencyHelpers
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Growth", .timeLimit(.minutes(15)))
struct GrowthTests {
    @Test("A full queue refuses new tasks, answers repeated requests, and loses no waiting task")
    func fullQueue() async throws {
        try await TemporaryDirectory.run { state in
            try await Service.run(["--state", state.string, "--max-running", "1", "--max-queued", "2"]) { service in
                let task = #"{"task_type":"process_data","task_data":{"items":[1],"delay":1000},"retries":3}"#
                var keyed = service.http
                keyed.headers = [("Idempotency-Key", "k")]
                let running = try await service.http.post("/tasks", task).record.id
                let first = try await keyed.post("/tasks", task).record.id
                // Of many at once, no more than one has room.
                let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                    for _ in 0..<8 { group.addTask { try await service.http.post("/tasks", task) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.count { $0.status == 201 } == 1)
                for refusal in answers where refusal.status != 201 {
                    #expect(refusal.status == 503)
                    #expect(refusal.code == "queue_full")
                    #expect(refusal.headers["retry-after"] == "1")
                }
                let again = try await keyed.post("/tasks", task)
                #expect(again.status == 200)
                #expect(try again.record.id == first)
                #expect(try await keyed.post("/tasks", #"{"task_type":"process_data"}"#).status == 409)
                keyed.headers = [("Idempotency-Key", "other")]
                #expect(try await keyed.post("/tasks", task).code == "queue_full")
                #expect(try await service.http.get("/queue").json["queued"] == 2)

                // One that failed waits for its next attempt, whatever room there is; so another one is started.
                let worker = try await service.record(of: running, when: .running)
                ProcessWatch.send(.kill, to: try #require(worker.pid))
                try await service.log.line(with: "\(running) process_data attempt 1 of ")
                _ = try await service.record(of: first, when: .running)
                #expect(try await service.http.post("/tasks", task).code == "queue_full")
                // Where one leaves, there is room for one.
                #expect(try await service.http.delete("/tasks/\(running)").status == 200)
                #expect(try await service.http.post("/tasks", task).status == 201)
            }
        }
    }

    @Test(
        "Large data and results use bounded memory, also after a start, and none is lost",
        .enabled(if: Soak.count > 0, "takes minutes; set TASKDECK_SOAK"))
    func largeResults() async throws {
        let count = 90
        let limit = 150 << 20
        let item = String(repeating: "x", count: 1_000_000)
        try await TemporaryDirectory.run { state in
            let ids = NIOLockedValueBox<[TaskID]>([])
            let status = try await Service.run(["--state", state.string, "--max-running", "2"]) { service in
                for _ in 0..<count {
                    let task = #"{"task_type":"process_data","task_data":{"items":["\#(item)"],"delay":0}}"#
                    let id = try await service.http.post("/tasks", task).record.id
                    _ = try await service.log.line(with: "\(id) process_data completed")
                    ids.withLockedValue { $0.append(id) }
                }
                #expect(try ProcessWatch.resources(of: service.program.pid).anonymousBytes < limit)
                try await Self.expectAll(ids.withLockedValue(\.self), of: service, below: limit)
            }
            #expect(status == .exited(0))
            try await Service.run(["--state", state.string]) { service in
                #expect(try ProcessWatch.resources(of: service.program.pid).anonymousBytes < limit)
                try await Self.expectAll(ids.withLockedValue(\.self), of: service, below: limit)
            }
        }
    }

    private static func item(_ number: Int) -> String { String(repeating: "x", count: 1_000_000) + "\(number)" }
    private static func data(_ number: Int) -> JSONText { ["items": [.string(item(number))], "delay": 0] }

    @Test(
        "Data of waiting tasks uses bounded memory, and every request for it is answered",
        .enabled(if: Soak.count > 0, "takes minutes; set TASKDECK_SOAK"))
    func largeQueue() async throws {
        let count = 80
        let limit = 100 << 20
        let ids = NIOLockedValueBox<[TaskID]>([])
        try await TemporaryDirectory.run { state in
            let flags = ["--state", state.string, "--max-running", "1"]
            try await Service.run(flags) { service in
                #expect(try await service.http.post("/queue/pause", "{}").status == 200)
                for number in 0..<count {
                    let answer = try await service.http.post(
                        "/tasks", #"{"task_type":"process_data","task_data":\#(Self.data(number).string)}"#)
                    let record = try answer.record
                    #expect(record.data == Self.data(number))
                    ids.withLockedValue { $0.append(record.id) }
                }
                #expect(try ProcessWatch.resources(of: service.program.pid).anonymousBytes < limit)
            }
            try await Service.run(flags) { service in
                #expect(try ProcessWatch.resources(of: service.program.pid).anonymousBytes < limit)
                let ids = ids.withLockedValue(\.self)
                let list = try await service.http.get("/tasks", upTo: 1 << 30).list
                #expect(list.tasks.map(\.id) == ids)
                for number in [0, count - 1] {
                    #expect(list.tasks[number].data == Self.data(number))
                    #expect(try await service.http.get("/tasks/\(ids[number])").record.data == Self.data(number))
                    let detail = try await service.http.get("/tasks/\(ids[number])?detail=true")
                    #expect(try detail.record.data == Self.data(number))
                }
                for (number, priority) in [(count - 1, 2), (count - 3, 1)] {
                    let raised = try await service.http.send(
                        "PATCH", "/tasks/\(ids[number])", body: "{\"priority\":\(priority)}",
                        type: "application/json")
                    #expect(try raised.record.data == Self.data(number))
                }
                for _ in 0..<2 {
                    let killed = try await service.http.delete("/tasks/\(ids[count - 2])")
                    if killed.status == 200 { #expect(try killed.record.data == Self.data(count - 2)) }
                    #expect(try await service.http.get("/tasks/\(ids[count - 2])").record.data == Self.data(count - 2))
                }
                _ = try await service.http.post("/queue/resume", "{}")
                for number in [count - 1, count - 3] {
                    let record = try await service.record(of: ids[number], when: .completed)
                    #expect(record.data == Self.data(number))
                    #expect(record.result?.value["items"] == [.string(Self.item(number))])
                }
            }
        }
    }

    /// Checks that single records and the list have all tasks with their results.
    private static func expectAll(_ ids: [TaskID], of service: Service, below limit: Int) async throws {
        for id in [ids.first, ids.last].compactMap(\.self) {
            let record = try await service.http.get("/tasks/\(id)").record
            #expect(record.state == .completed)
            #expect(record.result.map { $0.bytes.count > 1_000_000 } == true)
        }
        let list = try await service.http.get("/tasks", upTo: 1 << 30)
        #expect(list.body.utf8.count > ids.count * 2_000_000)
        #expect(try await service.http.get("/tasks?limit=1").json["total"] == .integer(Int64(ids.count)))
        #expect(try ProcessWatch.resources(of: service.program.pid).anonymousBytes < limit)
    }
}
