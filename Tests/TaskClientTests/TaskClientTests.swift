import JSON
import NIOPosix
import SystemPackage
import TaskClient
import TaskControl
import TaskModel
import TestSupport
import Testing

/// The client against the real service.
@Suite("The client", .timeLimit(.minutes(15)))
struct TaskClientTests {
    /// Runs `body` with a client of a service's socket, and with the service.
    private static func run(
        _ arguments: [String] = [], timeout: Duration? = .seconds(30),
        body: @Sendable (TaskClient, Service) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.run { state in
            try await Service.run(["--state", state.string] + arguments) { service in
                let client = client(.socket(state.appending("api.sock").string), timeout: timeout)
                do {
                    try await body(client, service)
                } catch {
                    await client.shutDown()
                    throw error
                }
                await client.shutDown()
            }
        }
    }

    private static func client(
        _ address: ServiceAddress, token: String? = nil, timeout: Duration? = .seconds(30)
    ) -> TaskClient {
        TaskClient(
            address: address, token: token.flatMap { AccessToken($0) }, timeout: timeout,
            eventLoops: MultiThreadedEventLoopGroup.singleton)
    }

    private static func draft(_ type: String = "process_data", _ data: JSONValue = [:]) -> TaskDraft {
        TaskDraft(type: type, data: data)
    }

    private static let long: JSONValue = ["items": [1], "delay": 1000]

    @Test("tasks are submitted, shown, paused, resumed, moved, ended and run again as in the service's own process")
    func commands() async throws {
        try await Self.run(["--max-running", "1"]) { client, service in
            let key = IdempotencyKey("a")
            let first = try await client.submit(Self.draft("process_data", Self.long), key: key)
            #expect(first.isNew)
            let again = try await client.submit(Self.draft("process_data", Self.long), key: key)
            #expect(!again.isNew)
            #expect(again.record.id == first.record.id)
            let id = first.record.id
            _ = try await service.record(of: id, when: .running)
            #expect(try await client.perform(.pause, on: id).state == .paused)
            #expect(try await client.task(id)?.state == .paused)
            #expect(try await client.perform(.resume, on: id).state == .running)
            let second = try await client.submit(Self.draft(), key: nil).record
            #expect(second.state == .queued)
            #expect(try await client.reorder(second.id, .priority(7)).options.priority == 7)
            #expect(try await client.reorder(second.id, .position(.last)).queueOrder != 0)
            #expect(try await client.setQueuePaused(true).isPaused)
            #expect(try await client.queue().isPaused)
            #expect(try await client.setQueuePaused(false) == client.queue())
            #expect(try await client.perform(.kill, on: second.id).state == .killed)
            #expect(try await client.perform(.terminate, on: id).state == .terminated)
            #expect(try await client.detail(id)?.record.id == id)
        }
    }

    @Test("lists, types and the state of the service are what the service has")
    func queries() async throws {
        try await Self.run { client, service in
            let record = try await client.submit(Self.draft(), key: nil).record
            _ = try await service.record(of: record.id, when: .completed)
            let list = try await client.list(TaskQuery(), .summary)
            #expect(list.total == 1)
            #expect(list.tasks.first?.id == record.id)
            #expect(list.tasks.first?.data == nil)
            #expect(try await client.list(TaskQuery(states: [.failed]), .all).tasks.isEmpty)
            #expect(try await client.tasks(TaskQuery(type: "process_data"), .all).tasks.first?.id == record.id)
            #expect(try await client.taskTypes().map(\.name).contains("process_data"))
            #expect(try await client.health().counts[.completed] == 1)
            #expect(try await client.current(since: record.createdAt, waiting: 10).records.map(\.id) == [record.id])
        }
    }

    @Test("a problem of the API is the error that the service's own process would have")
    func problems() async throws {
        try await Self.run { client, service in
            let unknown = try #require(TaskID("01JDEZ8M1VQ3T5B9X7CKPA2RWH"))
            #expect(try await client.task(unknown) == nil)
            await #expect(throws: TaskError.notFound("\(unknown)")) { try await client.perform(.pause, on: unknown) }
            let record = try await client.submit(Self.draft(), key: IdempotencyKey("k")).record
            _ = try await service.record(of: record.id, when: .completed)
            await #expect(throws: TaskError.invalidState(record.id, action: .pause, current: .completed)) {
                try await client.perform(.pause, on: record.id)
            }
            await #expect(throws: TaskError.notQueued(record.id, current: .completed)) {
                try await client.reorder(record.id, .position(.first))
            }
            let key = try #require(IdempotencyKey("k"))
            await #expect(throws: TaskError.keyReused(key)) {
                try await client.submit(Self.draft("process_data", Self.long), key: key)
            }
            do {
                _ = try await client.submit(Self.draft("process_data", ["delay": -1]), key: nil)
                Issue.record("accepted")
            } catch TaskError.invalidFields(let problems) {
                #expect(problems.map(\.field) == ["task_data.delay"])
            }
        }
    }

    @Test("no service, a refusal and silence are errors of their own")
    func failures() async throws {
        try await TemporaryDirectory.run { state in
            let nowhere = Self.client(.socket(state.appending("api.sock").string))
            await #expect(throws: TaskError.remote(.unreachable(reason: "No such file or directory"))) {
                try await nowhere.queue()
            }
            await nowhere.shutDown()
        }
        try await Service.run(environment: ["TASKDECK_TOKEN": "s3cret"]) { service in
            let address = try #require(ServiceAddress(service.http.base))
            let stranger = Self.client(address)
            do {
                _ = try await stranger.queue()
                Issue.record("accepted")
            } catch TaskError.remote(.forbidden(let problem)) {
                #expect(problem.status == 401)
            }
            await stranger.shutDown()
            let friend = Self.client(address, token: "s3cret")
            #expect(try await friend.queue().queued == 0)
            await friend.shutDown()
        }
    }

    @Test("an answer that does not come in time is an error, and nothing is sent twice")
    func silence() async throws {
        try await TemporaryDirectory.run { state in
            try await Service.run(["--state", state.string]) { service in
                let client = Self.client(
                    .socket(state.appending("api.sock").string), timeout: .seconds(3))
                // There is a connection, so that the request is sent in time.
                _ = try await client.health()
                try ProcessWatch.freeze(service.program.pid)
                await #expect(throws: TaskError.remote(.timedOut(.seconds(3)))) {
                    try await client.submit(Self.draft("process_data", Self.long), key: nil)
                }
                service.program.send(.resume)
                // The request had been sent, and has its effect.
                try await service.log.line(with: "process_data running")
                #expect(try await service.http.get("/tasks").json["total"] == 1)
                await client.shutDown()
            }
        }
    }
}
