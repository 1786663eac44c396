import JSON
import TestSupport
import Testing

/// The real server on a real port, with limits that a test can wait for.
@Suite("Clients that are slow, silent or many", .timeLimit(.minutes(15)))
struct SlowClientTests {
    private static let host = "Host: localhost\r\n"

    @Test("headers that do not arrive are 408, and the connection is closed")
    func head() async throws {
        try await ServerUnderTest.run(ServerUnderTest.limits(head: 100)) { port in
            let answer = try await HTTP.raw("GET /health HTTP/1.1\r\nHost: loc", toPort: port)
            #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(answer.contains("application/problem+json"))
            #expect(answer.contains("\"code\":\"request_timeout\""))
        }
    }

    @Test("a body that does not arrive is 408, and creates nothing")
    func body() async throws {
        try await ServerUnderTest.run(ServerUnderTest.limits(body: 100)) { port in
            let answer = try await HTTP.raw(
                "POST /tasks HTTP/1.1\r\n\(Self.host)Content-Length: 100\r\n\r\n{\"task_type\":\"process_data\"}",
                toPort: port)
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(answer.contains("\"code\":\"request_timeout\""))
            #expect(try await HTTP(base: "http://127.0.0.1:\(port)").get("/tasks").json["total"] == 0)
        }
    }

    @Test("a connection without a request is closed without a word, before the first one and after one")
    func idle() async throws {
        try await ServerUnderTest.run(ServerUnderTest.limits(idle: 100)) { port in
            let nothing = try await HTTP.raw("", toPort: port)
            #expect(nothing.isEmpty)
        }
        // Long enough for a client on a busy machine to send its request.
        try await ServerUnderTest.run(ServerUnderTest.limits(idle: 5000)) { port in
            let answer = try await HTTP.raw("GET /health HTTP/1.1\r\n\(Self.host)\r\n", toPort: port)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("bytes sent after an answer that closes are read, so that the answer arrives")
    func lingering() async throws {
        try await ServerUnderTest.run(ServerUnderTest.limits()) { port in
            let body = String(repeating: "a", count: 8 << 20)
            let answer = try await HTTP.raw(
                "POST /tasks HTTP/1.1\r\n\(Self.host)Content-Length: \(body.utf8.count)\r\n\r\n\(body)", toPort: port)
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            let headers = try await HTTP.raw(
                "GET /tasks HTTP/1.1\r\n\(Self.host)X: \(body)\r\n\r\n", toPort: port)
            #expect(headers.hasPrefix("HTTP/1.1 431 "))
            #expect(headers.contains("\"code\":\"headers_too_large\""))
        }
    }

    @Test("a client that expects 100 Continue gets it, unless its body is too large")
    func expectation() async throws {
        try await ServerUnderTest.run(ServerUnderTest.limits()) { port in
            let head = "POST /tasks HTTP/1.1\r\n\(Self.host)Expect: 100-continue\r\nConnection: close\r\n"
            let body = #"{"task_type":"process_data"}"#
            let answer = try await HTTP.raw("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)", toPort: port)
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n"))
            let refusal = try await HTTP.raw("\(head)Content-Length: 2000000\r\n\r\n", toPort: port)
            #expect(refusal.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test("fifty clients that trickle and many that are silent do not keep others from being answered")
    func many() async throws {
        try await ServerUnderTest.run(ServerUnderTest.limits(head: 3000, idle: 3000)) { port in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await HTTP.raw("GET /health HTTP/1.1\r\nX-Slow: ", toPort: port) }
                }
                for _ in 0..<200 { group.addTask { try await HTTP.raw("", toPort: port) } }
                let http = HTTP(base: "http://127.0.0.1:\(port)")
                for _ in 0..<50 { #expect(try await http.get("/health").status == 200) }
                // Each may be refused or dropped.
                let refused = try await group.reduce(0) { $0 + ($1.hasPrefix("HTTP/1.1 408 ") ? 1 : 0) }
                #expect(refused == 50)
            }
        }
    }

    @Test("connections that are not accepted yet when the server ends are dropped without a trap")
    func ending() async throws {
        for round in 1...6 {
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await ServerUnderTest.run(ServerUnderTest.limits()) { number in
                        for _ in 0..<8 { port.yield(number) }
                        port.finish()
                        for _ in 0..<round { try await HTTP.hangUp(after: "", toPort: number) }
                    }
                }
                for await number in ports {
                    // Until the port is closed.
                    group.addTask { while (try? await HTTP.hangUp(after: "", toPort: number)) != nil {} }
                }
                try await group.waitForAll()
            }
        }
    }
}
