import FoundationEssentials
import JSON
import NIOCore
import TaskAPI
import TaskModel
import TestSupport
import Testing

/// Answers that are slow, or are read slowly, or not at all.
@Suite("Slow answers and slow readers", .timeLimit(.minutes(15)))
struct SlowReaderTests {
    private static let host = ServerUnderTest.host
    private let control = FakeTaskControl()

    @Test(
        "a client that reads slowly, but reads, gets all of a large answer", arguments: ["", "Connection: close\r\n"])
    func slow(header: String) async throws {
        let size = 24 << 20
        let id = await control.addTask(of: size)
        // Each of 60 steps lasts the idle limit: together longer than the time without progress, of which one step has a
        // 40th.
        try await ServerUnderTest.run(ServerUnderTest.limits(idle: 750, write: 30_000), control: control) { port in
            let request = "GET /tasks/\(id) HTTP/1.1\r\n\(Self.host)\(header)\r\n"
            let count = try await HTTP.connect(toPort: port, sending: request) { inbound, _ in
                var (count, step) = (0, 0)
                for try await part in inbound {
                    count += part.readableBytes
                    guard count / (400 << 10) > step else { continue }
                    step = count / (400 << 10)
                    try await ServerUnderTest.waitForIdleLimit(port: port)
                }
                return count
            }
            #expect(count > size)
        }
    }

    @Test("clients that pipeline and read nothing are closed, and make room for others")
    func never() async throws {
        let id = await control.addTask(of: 8 << 20)
        var limits = ServerUnderTest.limits(write: 300)
        limits.count = 2
        try await ServerUnderTest.run(limits, control: control) { [limits] port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for path in ["/tasks/\(id)", "/tasks"] {
                    group.addTask {
                        try await HTTP.connect(toPort: port, reads: false) { inbound, outbound in
                            let request = "GET \(path) HTTP/1.1\r\n\(Self.host)\r\n"
                            try await outbound.write(ByteBuffer(string: String(repeating: request, count: 3)))
                            let (cancellation, continuation) = AsyncStream.makeStream(of: Void.self)
                            for await _ in cancellation {}
                            continuation.finish()
                        }
                    }
                }
                defer { group.cancelAll() }
                for _ in 0..<(4 * limits.count) {
                    let answer = try await HTTP.raw(
                        "GET /health HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n", toPort: port)
                    #expect(answer.hasPrefix("HTTP/1.1 200 "))
                }
            }
        }
    }

    @Test("a connection stays open while an answer is due, and pipelined requests are answered in their turn")
    func pipelined() async throws {
        let id = await control.add("process_data", .running)
        await control.suspendActions()
        try await ServerUnderTest.run(ServerUnderTest.limits(head: 1000, body: 1000, idle: 1000), control: control) {
            port in
            let requests =
                "GET /health HTTP/1.1\r\n\(Self.host)\r\nDELETE /tasks/\(id) HTTP/1.1\r\n\(Self.host)\r\n"
                + "GET /health HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n"
            async let answer = HTTP.raw(requests, toPort: port)
            try await ServerUnderTest.waitForIdleLimit(times: 3, port: port)
            await control.resumeActions()
            let text = try await answer
            #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
            #expect(text.contains("\"status\":\"killed\""))
        }
    }

    @Test("a body behind an unanswered request fails neither, and its time limit starts with its turn")
    func heldBackBody() async throws {
        let id = await control.add("process_data", .running)
        let body = #"{"task_type":"process_data"}"#
        await control.suspendActions()
        try await ServerUnderTest.run(
            ServerUnderTest.limits(head: 1000, body: 60_000, idle: 1000), control: control
        ) { port in
            let requests =
                "DELETE /tasks/\(id) HTTP/1.1\r\n\(Self.host)\r\nPOST /tasks HTTP/1.1\r\n\(Self.host)"
                + "Expect: 100-continue\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            let text = try await HTTP.connect(toPort: port, sending: requests) { inbound, outbound in
                try await ServerUnderTest.waitForIdleLimit(times: 3, port: port)
                await control.resumeActions()
                var text = ""
                var isSent = false
                for try await part in inbound {
                    text += String(buffer: part)
                    guard !isSent, text.contains("100 Continue") else { continue }
                    isSent = true
                    try await outbound.write(ByteBuffer(string: body))
                }
                return text
            }
            let heads = text.split(separator: "\r\n").filter { $0.contains("HTTP/1.1 ") }.map { $0.suffix(22) }
            #expect(heads.count == 3, "\(text)")
            #expect(text.contains("HTTP/1.1 200 OK"))
            #expect(text.contains("HTTP/1.1 201 Created"))
        }
    }

    @Test(
        "a connection ends with the answer to the request that closes it, also by the default of HTTP/1.0",
        arguments: [
            "GET /health HTTP/1.0\r\n\r\n", "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\nGET /nope HTTP/1.1\r\n\r\n",
        ])
    func closing(request: String) async throws {
        // With the limits of a minute, only the end of the connection ends the reading.
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control) { port in
            let answer = try await HTTP.raw(request, toPort: port)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.lowercased().contains("connection: close\r\n"))
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
        }
    }

    @Test("HTTP/1.0, which has no chunks, gets a list of several pages unframed")
    func oldList() async throws {
        for _ in 0..<1001 { _ = await control.add("process_data", .completed) }
        try await ServerUnderTest.run(ServerUnderTest.limits(), control: control) { port in
            let answer = try await HTTP.raw("GET /tasks HTTP/1.0\r\n\r\n", toPort: port)
            #expect(answer.hasPrefix("HTTP/1.0 200 OK\r\n"))
            let body = try #require(answer.firstRange(of: "\r\n\r\n")).upperBound
            let list = try JSONCoding.decode(TaskList.self, from: answer[body...].utf8)
            #expect(list.tasks.count == 1001)
        }
    }
}
