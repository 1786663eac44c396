import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import TaskAPI

/// The events of a service that has ended: streams have an end, and are otherwise the same.
@Suite("Streams of events")
struct EventTests: RouterSuite {
    let control = FakeTaskControl()

    init() { control.journal.finish() }

    private func events(
        _ query: String = "", after lastEventID: String? = nil, isOwner: Bool = true
    ) async throws -> [ReceivedEvent] {
        let headers: HTTPFields = lastEventID.map { [.lastEventID: $0] } ?? [:]
        let response = try await send(.get, "/events" + query, headers: headers, isOwner: isOwner)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/event-stream")
        #expect(response.headers[.cacheControl] == "no-store")
        var parser = EventParser()
        let events = parser.parse(response.body.readableBytesView)
        #expect(parser.violations.isEmpty)
        #expect(parser.retry == 1000)
        return events
    }

    private func ids(_ events: [ReceivedEvent]) -> [JSONValue] {
        events.flatMap { event -> [JSONValue] in
            if case .array(let tasks)? = event.json["tasks"] { return tasks.compactMap { $0["task_id"] } }
            return event.json["task_id"].map { [$0] } ?? []
        }
    }

    // MARK: - The snapshot

    @Test("a snapshot has queue, health and all tasks in pieces, of which the last is marked and has an id")
    func pieces() async throws {
        var added: [JSONValue] = []
        for _ in 0..<120 { added.append(.string(await control.add("process_data", .running).description)) }
        let events = try await events()
        #expect(events.map(\.name) == ["snapshot", "snapshot", "snapshot"])
        #expect(events.map { $0.json["complete"] } == [false, false, true])
        #expect(events.map(\.id) == ["", "", "\(control.journal.name)-120"])
        #expect(events.allSatisfy { $0.json["queue"]?["held"] == false && $0.json["health"]?["version"] != nil })
        #expect(ids(events) == added)
    }

    @Test("a snapshot has tasks with a worker first, then those that wait, then ended ones, newest first")
    func order() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var tasks: [(state: TaskState, name: JSONValue)] = []
        for state in (0..<40).flatMap({ _ in TaskState.allCases }).shuffled(using: &random) {
            tasks.append((state, .string(await control.add("process_data", state).description)))
        }
        func names(_ isIncluded: (TaskState) -> Bool) -> [JSONValue] {
            tasks.filter { isIncluded($0.state) }.map(\.name)
        }
        let (active, ended) = (names { !$0.isFinal && $0 != .queued }, names(\.isFinal))
        let expected = active + names { $0 == .queued } + ended.reversed()
        #expect(ids(try await events()) == expected)
        let (running, failed) = (names { $0 == .running }, names { $0 == .failed })
        #expect(ids(try await events("?status=running,failed")) == running + failed.reversed())
        let named = tasks.shuffled(using: &random).prefix(60).map(\.name)
        let list = named.compactMap { if case .string(let name) = $0 { name } else { nil } }.joined(separator: ",")
        #expect(ids(try await events("?task=\(list)")) == expected.filter(named.contains))
    }

    @Test("a snapshot of nothing is complete")
    func nothing() async throws {
        let events = try await events()
        #expect(events.map(\.name) == ["snapshot"])
        #expect(events.first?.json["tasks"] == [])
        #expect(events.first?.json["complete"] == true)
    }

    @Test("filters select tasks by status, type and id")
    func filters() async throws {
        let first = await control.add("process_data", .running)
        let second = await control.add("generate_report", .failed)
        let third = await control.add("generate_report", .running)
        let names = [first, second, third].map { JSONValue.string($0.description) }
        #expect(ids(try await events("?status=running")) == [names[0], names[2]])
        #expect(ids(try await events("?task_type=generate_report")) == [names[2], names[1]])
        #expect(ids(try await events("?task_type=generate_report&status=failed,killed")) == [names[1]])
        #expect(ids(try await events("?task=\(third),\(first)")) == [names[0], names[2]])
        #expect(ids(try await events("?task=\(third),\(second)&status=failed")) == [names[1]])
        #expect(ids(try await events("?task=01JDEZ8M1VQ3T5B9X7CKPA2RWH")).isEmpty)
    }

    @Test("fields=summary leaves out large members, in changes too")
    func fields() async throws {
        let id = await control.add("process_data", .running)
        let start = "\(control.journal.name)-0"
        for events in [try await events("?fields=summary"), try await events("?fields=summary", after: start)] {
            let record = events.first { $0.name == "task" }?.json ?? events.first?.json["tasks"]?.elements.first
            #expect(record?["task_id"] == .string(id.description))
            #expect(record?["status"] == "running")
            #expect(record?["task_data"] == nil)
        }
        #expect(try await events(after: start).first { $0.name == "task" }?.json["task_data"] == [:])
    }

    @Test(
        "bad filters are 400, and named",
        arguments: [
            ("status=nope", "status"), ("status=", "status"), ("task_type=", "task_type"), ("task=abc", "task"),
            ("task=", "task"), ("fields=all", "fields"), ("limit=1", "limit"),
            ("status=failed&status=killed", "status"),
        ])
    func badFilters(query: String, name: String) async throws {
        let response = try await send(.get, "/events?\(query)")
        try expectProblem(response, 400, "invalid_parameter")
        #expect(String(buffer: response.body).contains("\"detail\":\"\(name) "))
    }

    @Test("HEAD has the headers of GET, and other methods are 405")
    func methods() async throws {
        for path in ["/events", "/usage"] {
            let head = try await send(.head, path)
            #expect(head.status == .ok)
            #expect(head.body.readableBytes == 0)
            let post = try await send(.post, path, "{}")
            try expectProblem(post, 405, "method_not_allowed")
            #expect(post.headers[.allow] == "GET, HEAD, OPTIONS")
        }
    }

    @Test("what controls terminals or ends lines is in the data as it is in lists", arguments: [true, false])
    func controlCharacters(isChange: Bool) async throws {
        let text = "a\nb\r\nc\rd\u{0}e\u{1B}[2J\u{2028}\u{85}:data: x"
        let id = await control.add("process_data", .running, data: JSONText(.object(["items": .string(text)])))
        await control.setTitle(text, of: id)
        let events = try await events(after: isChange ? "\(control.journal.name)-0" : nil)
        let record = isChange ? events.first?.json : events.first?.json["tasks"]?.elements.first
        #expect(record?["title"] == .string(text))
        #expect(record?["task_data"]?["items"] == .string(text))
    }

    @Test("limited access does not show what programs have written", arguments: [true, false])
    func access(isOwner: Bool) async throws {
        let id = await control.add("command", .failed)
        await control.setError("exit code 3: secret", of: id)
        for lastEventID in [nil, "\(control.journal.name)-0"] {
            let data = try await events(after: lastEventID, isOwner: isOwner).map(\.data).joined()
            #expect(data.contains("exit code 3"))
            #expect(data.contains("secret") == isOwner)
        }
    }

    // MARK: - Resuming

    @Test(
        "after an event there is every later change once, as it is now, then queue and health",
        arguments: [true, false])
    func resume(isHeader: Bool) async throws {
        let first = await control.add("process_data", .running)
        let second = await control.add("process_data", .running)
        let third = await control.add("process_data", .completed)
        let start = try #require(try await events().last?.id)
        await control.setState(.paused, of: second)
        await control.setState(.running, of: first)
        await control.setState(.completed, of: second)
        await control.remove(third)
        let events =
            isHeader ? try await events(after: start) : try await events("?last_event_id=\(start)")
        #expect(events.map(\.name) == ["task", "task", "removed", "queue", "health"])
        #expect(ids(events) == [first, second, third].map { .string($0.description) })
        #expect(events[1].json["status"] == "completed")
        #expect(events[1].json["revision"] == 3)
        #expect(events[2].json == ["task_id": .string(third.description), "status": nil])
        #expect(events[2].id == "\(control.journal.name)-\(control.journal.number)")
        let later = try await self.events(after: events[0].id)
        #expect(later.map(\.name) == ["task", "removed", "queue", "health"])
        #expect(try await self.events(after: events[2].id).map(\.name) == ["queue", "health"])
    }

    @Test("the header counts more than the parameter")
    func precedence() async throws {
        _ = await control.add("process_data", .running)
        let name = control.journal.name
        #expect(try await events("?last_event_id=\(name)-0", after: "\(name)-1").first?.name == "queue")
        #expect(try await events("?last_event_id=\(name)-0", after: "").first?.name == "task")
    }

    @Test("a task that ceases to match is removed, with the status that it has; also where it was sent earlier")
    func ceasing() async throws {
        let first = await control.add("process_data", .running)
        let second = await control.add("generate_report", .running)
        let start = try #require(try await events("?status=running").last?.id)
        await control.setState(.failed, of: first)
        await control.setState(.paused, of: second)
        let events = try await events("?status=running,paused", after: start)
        #expect(events.map(\.name) == ["removed", "task", "queue", "health"])
        #expect(events[0].json == ["task_id": .string(first.description), "status": "failed"])
        let reports = try await self.events("?status=running&task_type=generate_report", after: start)
        #expect(reports.map(\.name) == ["removed", "queue", "health"])
        #expect(ids(reports) == [.string(second.description)])
        #expect(try await self.events("?status=failed", after: start).map(\.name) == ["task", "queue", "health"])
    }

    // MARK: - Gaps

    @Test(
        "an event of another service, or of none, is a gap before a snapshot",
        arguments: [
            ("0abc-1", "restarted"), ("1", "unknown"), ("-", "unknown"), ("a-b", "unknown"), ("a-1-2", "unknown"),
        ])
    func gap(lastEventID: String, reason: String) async throws {
        _ = await control.add("process_data", .running)
        let events = try await events(after: lastEventID)
        #expect(events.map(\.name) == ["gap", "snapshot"])
        #expect(events[0].json["reason"] == .string(reason))
        #expect(events[0].json["last_event_id"] == .string(lastEventID))
        #expect(events[1].json["complete"] == true)
    }

    @Test("an event that the service has not sent is a gap")
    func future() async throws {
        let events = try await events(after: "\(control.journal.name)-1")
        #expect(events.first?.json["reason"] == "unknown")
    }

    @Test("an event before changes that are not kept any more is a gap")
    func overrun() async throws {
        let id = await control.add("process_data", .running)
        var generator = TaskIDGenerator()
        for _ in 0..<(control.journal.capacity + 1) {
            control.journal.record([(generator.next(at: Timestamp(milliseconds: 0)), 1)])
        }
        let events = try await events(after: "\(control.journal.name)-0")
        #expect(events.map(\.name) == ["gap", "snapshot"])
        #expect(events[0].json["reason"] == "overrun")
        #expect(ids([events[1]]) == [.string(id.description)])
    }

    // MARK: - Usage

    @Test("usage lists the tasks with a worker, with null for what is not known")
    func usage() async throws {
        _ = await control.add("process_data", .queued)
        let id = await control.add("process_data", .running)
        _ = await control.add("process_data", .completed)
        let body = try json(try await send(.get, "/usage"))
        #expect(
            body == [
                "workers": [["cpu_ms": nil, "memory_bytes": nil, "pid": nil, "task_id": .string(id.description)]]
            ])
    }
}

extension JSONValue {
    fileprivate var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}
