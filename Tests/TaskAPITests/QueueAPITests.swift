import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import TaskAPI
import TaskModel
import TestSupport
import Testing

@Suite("The queue through the API's router")
struct QueueAPITests: RouterSuite {
    let control = FakeTaskControl()

    private static let task = #"{"task_type":"process_data","task_data":{}}"#
    private static let keyName = HTTPField.Name("Idempotency-Key")

    private func keyed(_ key: String) throws -> HTTPFields {
        [try #require(Self.keyName): key]
    }

    @Test("the options of the queue are accepted, and are in the record")
    func options() async throws {
        let response = try await send(
            .post, "/tasks",
            """
            {"task_type":"process_data","priority":-7,"timeout":2.5,"retries":3,"not_before":"2030-01-31T12:00:00+01:00"}
            """)
        #expect(response.status == .created)
        let body = try json(response)
        #expect(body["priority"] == -7)
        #expect(body["timeout"] == 2.5)
        #expect(body["retries"] == 3)
        #expect(body["not_before"] == "2030-01-31T11:00:00.000Z")
        #expect(body["attempt"] == 1)
        #expect(body["attempts"] == [])
        #expect(body["queue_position"] == .null)
    }

    @Test(
        "an invalid option of the queue is 422, naming the field",
        arguments: [
            (#""priority":101"#, "priority"), (#""priority":1.5"#, "priority"), (#""priority":"high""#, "priority"),
            (#""timeout":0"#, "timeout"), (#""timeout":-1"#, "timeout"), (#""timeout":"1 s""#, "timeout"),
            (#""timeout":1e300"#, "timeout"), (#""retries":-1"#, "retries"), (#""retries":101"#, "retries"),
            (#""not_before":"tomorrow""#, "not_before"), (#""not_before":17"#, "not_before"),
            (#""not_before":"2030-02-31T12:00:00""#, "not_before"), (#""attempt":2"#, "attempt"),
            (#""name":"""#, "name"), (#""name":["x"]"#, "name"), (#""title":"x""#, "title"),
        ])
    func badOptions(member: String, field: String) async throws {
        let response = try await send(.post, "/tasks", "{\"task_type\":\"process_data\",\(member)}")
        try expectProblem(response, 422, "validation_failed")
        guard case .array(let errors)? = try json(response)["errors"] else {
            Issue.record("there are no errors")
            return
        }
        #expect(errors.map { $0.members?["field"] } == [.string(field)])
        #expect(await control.records.isEmpty)
    }

    @Test("the priority of a waiting task can be changed, that of any other cannot")
    func priority() async throws {
        let queued = await control.add("process_data", .queued)
        let running = await control.add("process_data", .running)
        let done = await control.add("process_data", .completed)
        let response = try await send(.patch, "/tasks/\(queued)", #"{"priority":5}"#)
        #expect(response.status == .ok)
        #expect(try json(response)["priority"] == 5)
        let refused = try await send(.patch, "/tasks/\(running)", #"{"priority":5}"#)
        try expectProblem(refused, 409, "invalid_state")
        #expect(try json(refused)["current_status"] == "running")
        try expectProblem(try await send(.patch, "/tasks/\(done)", #"{"priority":5}"#), 409, "already_finished")
        try expectProblem(
            try await send(.patch, "/tasks/01ARYZ6S410000000000000000", #"{"priority":5}"#), 404, "task_not_found")
    }

    @Test("a task that waits can be moved to an end of its priority, with or without another one; any other cannot")
    func position() async throws {
        let (first, second) = (await control.add("process_data", .queued), await control.add("process_data", .queued))
        let running = await control.add("process_data", .running)
        let moved = try json(try await send(.patch, "/tasks/\(second)", #"{"position":"first"}"#))
        #expect(moved["queue_order"] == -1)
        let both = try json(try await send(.patch, "/tasks/\(first)", #"{"position":"last","priority":3}"#))
        #expect(both["queue_order"] == 1)
        #expect(both["priority"] == 3)
        let refused = try await send(.patch, "/tasks/\(running)", #"{"position":"first"}"#)
        try expectProblem(refused, 409, "invalid_state")
        #expect(
            try json(refused)["detail"]
                == .string("cannot change the place of task \(running) in the queue: it is running, not queued"))
    }

    @Test("a change without a member names those of which it needs one")
    func noChange() async throws {
        let queued = await control.add("process_data", .queued)
        let body = try json(try await send(.patch, "/tasks/\(queued)", "{}"))
        #expect(body["detail"] == "priority is missing; the body needs priority or position")
    }

    @Test(
        "an empty or invalid change is refused",
        arguments: [
            "{}", #"{"priority":null}"#, #"{"priority":5,"timeout":1}"#, #"{"position":"middle"}"#,
            #"{"position":null}"#,
            #"{"position":1}"#, #"{"position":"first","priority":101}"#, #"{"position":"first","queue_order":-1}"#,
            #"{"position":"FIRST"}"#,
        ])
    func badPriority(body: String) async throws {
        let queued = await control.add("process_data", .queued)
        try expectProblem(try await send(.patch, "/tasks/\(queued)", body), 422, "validation_failed")
    }

    @Test("the queue is shown, paused and resumed")
    func holding() async throws {
        let shown = try await send(.get, "/queue")
        #expect(try json(shown) == ["held": false, "max_running": 8, "active": 1, "queued": 0])
        let held = try await send(.post, "/queue/pause")
        #expect(held.status == .ok)
        #expect(try json(held)["held"] == true)
        // Asking for what is already so is no error.
        #expect(try json(try await send(.post, "/queue/pause", "{}"))["held"] == true)
        #expect(try json(try await send(.post, "/queue/resume"))["held"] == false)
        try expectProblem(try await send(.get, "/queue?x=1"), 400, "invalid_parameter")
    }

    @Test("the same key and body brings the first task with 200, another body 409")
    func keys() async throws {
        let headers = try keyed("order-66")
        let first = try await send(.post, "/tasks", Self.task, headers: headers)
        #expect(first.status == .created)
        // Members may be in any order.
        let again = try await send(.post, "/tasks", #"{"task_data":{},"task_type":"process_data"}"#, headers: headers)
        #expect(again.status == .ok)
        #expect(try json(again)["task_id"] == (try json(first)["task_id"]))
        #expect(again.headers[.location] == first.headers[.location])
        let other = try await send(
            .post, "/tasks", #"{"task_type":"process_data","priority":1}"#, headers: headers)
        try expectProblem(other, 409, "idempotency_key_reused")
        #expect(await control.records.count == 1)
    }

    @Test("a name is in the record as it was sent, its title made safe to show, and it counts for the key")
    func names() async throws {
        let headers = try keyed("order-68")
        let named = #"{"task_type":"process_data","name":"a\nb"}"#
        let body = try json(try await send(.post, "/tasks", named, headers: headers))
        #expect(body["name"] == "a\nb")
        #expect(body["title"] == "a b")
        #expect(try await send(.post, "/tasks", named, headers: headers).status == .ok)
        try expectProblem(
            try await send(.post, "/tasks", #"{"task_type":"process_data","name":"b"}"#, headers: headers), 409,
            "idempotency_key_reused")
        let unnamed = try json(try await send(.post, "/tasks", #"{"task_type":"process_data","name":null}"#))
        #expect(unnamed["name"] == .null)
        #expect(unnamed["title"] == "no items")
    }

    @Test("a body that only looks the same is another one")
    func alikeBodies() async throws {
        let headers = try keyed("order-67")
        let bodies = ["e\u{301}", "\u{E9}"].map { #"{"task_type":"process_data","task_data":{"items":["\#($0)"]}}"# }
        #expect(try await send(.post, "/tasks", bodies[0], headers: headers).status == .created)
        try expectProblem(
            try await send(.post, "/tasks", bodies[1], headers: headers), 409, "idempotency_key_reused")
        #expect(try await send(.post, "/tasks", bodies[0], headers: headers).status == .ok)
    }

    @Test("a key that is none is 400", arguments: ["", String(repeating: "k", count: 256), "schlüssel"])
    func badKey(key: String) async throws {
        try expectProblem(try await send(.post, "/tasks", Self.task, headers: try keyed(key)), 400, "invalid_header")
    }

    @Test(
        "a storage failure is reported, and nothing is accepted",
        arguments: [
            (TaskError.storageFull(reason: "database or disk is full"), 507, "storage_full"),
            (.storageUnavailable(reason: "disk I/O error"), 503, "storage_unavailable"),
        ])
    func storage(error: TaskError, status: Int, code: String) async throws {
        await control.fail(by: error)
        try expectProblem(try await send(.post, "/tasks", Self.task), status, code)
        #expect(await control.records.isEmpty)
    }

    @Test("a full queue is 503 with Retry-After")
    func fullQueue() async throws {
        await control.fail(by: .queueFull(limit: 2))
        let response = try await send(.post, "/tasks", Self.task)
        try expectProblem(response, 503, "queue_full")
        #expect(response.headers[.retryAfter] == "1")
    }

    @Test("a list of any length is complete", arguments: [999, 1000, 1001, 2500])
    func longList(count: Int) async throws {
        var ids: [TaskID] = []
        for _ in 0..<count { ids.append(await control.add("process_data", .completed)) }
        for query in ["", "?limit=\(count)", "?limit=100000"] {
            let page = try JSONCoding.decode(
                TaskList.self, from: try await send(.get, "/tasks\(query)").body.readableBytesView)
            #expect(page.tasks.map(\.id) == ids)
            #expect(page.total == count)
        }
    }
}
