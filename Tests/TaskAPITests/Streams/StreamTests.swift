import JSON
import NIOCore
import ServiceLog
import TaskControl
import TaskModel
import TestSupport
import Testing

@Suite("Streams on real connections", .timeLimit(.minutes(15)))
struct StreamTests {
    private let control = FakeTaskControl()

    private static func client(_ port: Int) -> HTTP { HTTP(base: "http://127.0.0.1:\(port)") }

    private static func request(_ path: String, _ headers: String = "") -> String {
        "GET \(path) HTTP/1.1\r\n\(ServerUnderTest.host)\(headers)\r\n"
    }

    @Test("two readers receive every change, each what it asks for")
    func changes() async throws {
        let (control, id) = (control, await control.add("process_data", .running))
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control) { port in
            var all = try await Self.client(port).events()
            var failed = try await Self.client(port).events("/events?status=failed&fields=summary")
            #expect(try await all.next()?.name == "snapshot")
            #expect(try await failed.next()?.json["tasks"] == [])
            await control.setState(.failed, of: id)
            let event = try #require(try await all.next())
            #expect(event.name == "task")
            #expect(event.json["status"] == "failed")
            #expect(event.json["task_data"] == [:])
            let other = try #require(try await failed.next())
            #expect(other.id == event.id)
            #expect(other.json["status"] == "failed")
            #expect(other.json["task_data"] == nil)
            await control.remove(id)
            #expect(try await all.next("removed")?.json == ["task_id": .string(id.description), "status": nil])
            #expect(try await failed.next("removed") != nil)
            #expect(all.headers["transfer-encoding"] == "chunked")
            #expect(all.headers["content-length"] == nil)
            #expect(all.parser.violations.isEmpty)
        }
    }

    @Test("the queue is an event when it changes")
    func queue() async throws {
        let control = control
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control) { port in
            var events = try await Self.client(port).events()
            #expect(try await events.next()?.json["queue"]?["held"] == false)
            _ = try await Self.client(port).post("/queue/pause", "{}")
            let event = try #require(try await events.next())
            #expect(event.name == "queue")
            #expect(event.json["held"] == true)
            #expect(event.id == "\(control.journal.name)-0")
        }
    }

    @Test("a record is not sent twice in the same revision, and never an older one")
    func revisions() async throws {
        let control = control
        var ids: [TaskID] = []
        for _ in 0..<20 { ids.append(await control.add("process_data", .running)) }
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control) { [ids] port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 1...500 {
                        for id in ids { await control.setState(number == 500 ? .completed : .running, of: id) }
                    }
                }
                var events = try await Self.client(port).events()
                var (last, ended): ([JSONValue: Int64], Set<JSONValue>) = ([:], [])
                while ended.count < ids.count, let event = try await events.next() {
                    var tasks = [event.json]
                    if event.name == "snapshot", case .array(let all)? = event.json["tasks"] { tasks = all }
                    for task in tasks {
                        guard let id = task["task_id"], case .integer(let revision)? = task["revision"] else {
                            continue
                        }
                        #expect(last[id] ?? 0 < revision)
                        last[id] = revision
                        if task["status"] == "completed" { ended.insert(id) }
                    }
                }
                #expect(Set(last.values) == [501])
                try await group.waitForAll()
            }
        }
    }

    @Test("a connection without events stays open beyond all limits, and has comments")
    func silence() async throws {
        let (control, id) = (control, await control.add("process_data", .running))
        let limits = ServerUnderTest.limits(head: 200, body: 200, idle: 200, write: 200)
        try await ServerUnderTest.run(limits, control: control, silence: .milliseconds(20)) { port in
            var events = try await Self.client(port).events()
            _ = try await events.next("snapshot")
            try await ServerUnderTest.waitForIdleLimit(times: 5, port: port)
            try await events.waitForComment()
            try await events.waitForComment()
            await control.setState(.failed, of: id)
            #expect(try await events.next()?.name == "task")
            #expect(events.parser.violations.isEmpty)
        }
    }

    @Test("a stream of tasks that others change has comments too")
    func filteredSilence() async throws {
        let (control, id) = (control, await control.add("process_data", .running))
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control, silence: .milliseconds(50)) { port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        await control.setState(.running, of: id)
                        await Task.yield()
                    }
                }
                var events = try await Self.client(port).events("/events?task_type=generate_report")
                for _ in 0..<3 { try await events.waitForComment() }
                group.cancelAll()
            }
        }
    }

    @Test("a client that goes away is noticed without anything to send", arguments: ["/events", "/log?follow=true"])
    func hangUp(path: String) async throws {
        let control = control
        let token = try #require(AccessToken("s3cret"))
        try await ServerUnderTest.run(ServerUnderTest.limits(idle: 2000), control: control, token: token) { port in
            let request = Self.request(path, "Authorization: Bearer s3cret\r\n")
            try await HTTP.connect(toPort: port, sending: request) { _, _ in
                while control.journal.readerCount == 0 { try await ServerUnderTest.waitForIdleLimit(port: port) }
            }
            while control.journal.readerCount > 0 { try await ServerUnderTest.waitForIdleLimit(port: port) }
        }
    }

    @Test("a reader that does not read delays no other, and receives only the newest of each task later")
    func slowReader() async throws {
        let control = control
        let size = 20_000
        var ids: [TaskID] = []
        for _ in 0..<50 {
            let text = String(repeating: "x", count: size)
            ids.append(await control.add("process_data", .running, data: JSONText(.string(text))))
        }
        try await ServerUnderTest.run(ServerUnderTest.limits(idle: 2000), control: control) { [ids] port in
            // Of HTTP/1.0, so that there are no chunks.
            try await HTTP.connect(toPort: port, sending: "GET /events HTTP/1.0\r\n\r\n") { inbound, _ in
                while control.journal.readerCount == 0 { try await ServerUnderTest.waitForIdleLimit(port: port) }
                var other = try await Self.client(port).events("/events?fields=summary")
                _ = try await other.next("snapshot")
                let rounds = 20
                for round in 1...rounds {
                    for id in ids { await control.setState(round == rounds ? .completed : .running, of: id) }
                    // Each round reaches a reader that reads.
                    let revision = JSONValue.integer(Int64(round + 1))
                    let last = try #require(ids.last)
                    let event = try await other.first {
                        $0.json["task_id"] == .string(last.description) && $0.json["revision"] == revision
                    }
                    #expect(event != nil)
                }
                var (count, parser, ended) = (0, EventParser(), Set<JSONValue>())
                for try await part in inbound {
                    count += part.readableBytes
                    for event in parser.parse(part.readableBytesView) where event.json["status"] == "completed" {
                        if let id = event.json["task_id"] { ended.insert(id) }
                    }
                    if ended.count == ids.count { break }
                }
                #expect(ended.count == ids.count)
                // The snapshot, what the buffers had, and the newest of each: not all rounds.
                #expect(count < 8 * size * ids.count)
                #expect(count > size * ids.count)
            }
        }
    }

    @Test("a reader that is slower than the journal has a gap, and then a snapshot")
    func overrun() async throws {
        let (control, id) = (control, await control.add("process_data", .running))
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control) { port in
            var events = try await Self.client(port).events()
            _ = try await events.next("snapshot")
            var generator = TaskIDGenerator()
            let others = (0..<(2 * control.journal.capacity)).map { _ in generator.next(at: Timestamp(milliseconds: 0))
            }
            control.journal.record(others.map { ($0, 1) })
            await control.setState(.failed, of: id)
            #expect(try await events.next("gap")?.json["reason"] == "overrun")
            let snapshot = try #require(try await events.next())
            #expect(snapshot.name == "snapshot")
            #expect(snapshot.data.contains("\"failed\""))
        }
    }

    @Test("streams end with the service, after the last change, and later ones at once")
    func end() async throws {
        let (control, id) = (control, await control.add("process_data", .running))
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control) { port in
            var events = try await Self.client(port).events()
            _ = try await events.next("snapshot")
            await control.setState(.terminated, of: id)
            control.journal.finish()
            let rest = try await events.rest()
            #expect(rest.map(\.name) == ["task"])
            #expect(rest.first?.json["status"] == "terminated")
            var late = try await Self.client(port).events()
            #expect(try await late.rest().map(\.name) == ["snapshot"])
        }
    }

    @Test("a reader that reads nothing is closed at the end of the service")
    func stalledEnd() async throws {
        let control = control
        let text = String(repeating: "x", count: 4 << 20)
        _ = await control.add("process_data", .running, data: JSONText(.string(text)))
        try await ServerUnderTest.run(ServerUnderTest.limits(idle: 2000), control: control) { port in
            try await HTTP.connect(toPort: port, reads: false, sending: Self.request("/events")) { _, _ in
                while control.journal.readerCount == 0 { try await ServerUnderTest.waitForIdleLimit(port: port) }
                control.journal.finish()
                while control.journal.readerCount > 0 { try await ServerUnderTest.waitForIdleLimit(port: port) }
            }
        }
    }

    @Test("HTTP/1.0, which has no chunks, gets the stream unframed")
    func old() async throws {
        let control = control
        control.journal.finish()
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control) { port in
            let answer = try await HTTP.raw("GET /events HTTP/1.0\r\n\r\n", toPort: port)
            #expect(answer.hasPrefix("HTTP/1.0 200 OK\r\n"))
            let body = try #require(answer.firstRange(of: "\r\n\r\n")).upperBound
            var parser = EventParser()
            #expect(parser.parse(answer[body...].utf8).map(\.name) == ["snapshot"])
            #expect(parser.violations.isEmpty)
        }
    }

    @Test(
        "a page of another site has no stream",
        arguments: ["Origin: http://evil.example", "Sec-Fetch-Site: cross-site"])
    func origin(header: String) async throws {
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control) { port in
            let answer = try await HTTP.raw(
                "GET /events HTTP/1.1\r\n\(ServerUnderTest.host)\(header)\r\nConnection: close\r\n\r\n", toPort: port)
            #expect(answer.hasPrefix("HTTP/1.1 403 "))
        }
    }
}
