import FoundationEssentials
import JSON
import TaskModel
import TestSupport
import Testing

@Suite("Requests that are invalid or hostile", .timeLimit(.minutes(15)))
struct HostileRequestTests {
    private static let host = "Host: localhost\r\n"

    private static func get(_ target: String, _ headers: String = host) -> String {
        "GET \(target) HTTP/1.1\r\n\(headers)Connection: close\r\n\r\n"
    }

    private static func post(_ headers: String, _ body: String) -> String {
        "POST /tasks HTTP/1.1\r\n\(host)Content-Type: application/json\r\n\(headers)Connection: close\r\n\r\n\(body)"
    }

    /// What is wrong with the way a request is written, with the status and the code of its answer.
    private static let malformed: [(String, String, Int, String)] = [
        ("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{} "), 400, "malformed_request"),
        (
            "a length and chunks",
            post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + get("/health")), 400,
            "malformed_request"
        ),
        ("an unknown encoding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400, "malformed_request"),
        (
            "an encoding behind chunks", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), 400,
            "malformed_request"
        ),
        (
            "a chunk of no size", post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"), 400,
            "malformed_request"
        ),
        (
            "a chunk beyond all sizes", post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n{}\r\n"), 400,
            "malformed_request"
        ),
        ("a negative length", post("Content-Length: -1\r\n", "{}"), 400, "malformed_request"),
        (
            "a length beyond all numbers", post("Content-Length: 99999999999999999999999\r\n", "{}"), 400,
            "malformed_request"
        ),
        ("an unknown method", "FOO /tasks HTTP/1.1\r\n\(host)\r\n", 405, "method_not_allowed"),
        ("one that begins like a known one", "LOCKIT /tasks HTTP/1.1\r\n\(host)\r\n", 405, "method_not_allowed"),
        ("one in small letters", "get /health HTTP/1.1\r\n\(host)\r\n", 405, "method_not_allowed"),
        ("one of no resource", "LOCKIT /nope HTTP/1.1\r\n\(host)\r\n", 404, "not_found"),
        ("what is no method", "LO(K /tasks HTTP/1.1\r\n\(host)\r\n", 400, "malformed_request"),
        (
            "a body in gzip", post("Content-Encoding: gzip\r\nContent-Length: 2\r\n", "{}"), 415,
            "unsupported_content_encoding"
        ),
        ("a host with a mark", get("/health", "Host: localhost:8\u{301}\r\n"), 400, "bad_host"),
        ("a host with a sign", get("/health", "Host: 127.0.0.+1\r\n"), 403, "foreign_host"),
        ("an old version", "GET /health HTTP/0.8\r\n\(host)\r\n", 505, "http_version_not_supported"),
        ("HTTP/2 without being asked", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "malformed_request"),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}", 400, "malformed_request"),
        ("a header without a colon", "GET /health HTTP/1.1\r\n\(host)nonsense\r\n\r\n", 400, "malformed_request"),
        ("a space before the colon", get("/health", host + "X : a\r\n"), 400, "malformed_request"),
        ("NUL in a header", get("/health", host + "X: a\0b\r\n"), 400, "malformed_request"),
        ("no host", get("/health", ""), 400, "bad_host"),
        ("two hosts", get("/health", host + "Host: evil.example\r\n"), 400, "bad_host"),
        ("another host", get("/health", "Host: evil.example\r\n"), 403, "foreign_host"),
        ("another host in the target", get("http://evil.example/health"), 403, "foreign_host"),
        ("another origin", get("/health", host + "Origin: http://evil.example\r\n"), 403, "foreign_origin"),
        (
            "headers of 10 MB", get("/health", host + "X: " + String(repeating: "a", count: 10 << 20) + "\r\n"), 431,
            "headers_too_large"
        ),
        (
            "100 000 headers", get("/health", host + (0..<100_000).map { "X\($0): a\r\n" }.joined()), 431,
            "headers_too_large"
        ),
        ("a path of 200 000 bytes", get("/tasks/" + String(repeating: "a", count: 200_000)), 431, "headers_too_large"),
        ("a path that climbs", get("/tasks/../health"), 404, "not_found"),
        ("a path that climbs in disguise", get("/tasks/%2e%2e%2fhealth"), 404, "task_not_found"),
        ("NUL in a path", get("/tasks/%00"), 404, "task_not_found"),
        ("no UTF-8 in a path", get("/tasks/%ff"), 404, "task_not_found"),
        ("a body larger than its Content-Length", post("Content-Length: 52428800\r\n", "{}"), 413, "body_too_large"),
        (
            "a method that is not there", "PATCH /tasks HTTP/1.1\r\n\(host)Connection: close\r\n\r\n", 405,
            "method_not_allowed"
        ),
    ]

    @Test("Each invalid request gets one answer, a problem with the right status, and the next client is served")
    func requests() async throws {
        let status = try await Service.run { service in
            for (name, request, status, code) in Self.malformed {
                let answer = try await HTTP.raw(request, toPort: service.port)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(name): \(answer.prefix(60))")
                #expect(answer.contains("application/problem+json"), "\(name)")
                #expect(answer.contains("\"code\":\"\(code)\""), "\(name): \(answer.suffix(300))")
                #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(name) has more than one answer")
                #expect(try await service.http.get("/health").status == 200)
            }
            #expect(try await service.http.get("/tasks").json["total"] == 0)
        }
        #expect(status == .exited(0))
    }

    @Test("A body that is not JSON, or not a valid task, creates nothing")
    func bodies() async throws {
        let deep = String(repeating: #"{"a":"#, count: 100_000)
        let bodies: [(String, Int)] = [
            (#"{"task_type":"#, 400), ("[" + deep, 400), (#"{"task_type":"process_data","task_data":\#(deep)"#, 400),
            (#"{"task_type":"\ud800"}"#, 400), (#"{"task_type":"process_data","task_type":"process_data"}"#, 400),
            (#"{"task_type":"process\u0000data"}"#, 422), ("{\"task_type\":\"process\0data\"}", 400),
            (#"{"task_type":"process_data","task_data":{"delay":NaN}}"#, 400),
            (#"{"task_type":"process_data","task_data":{"delay":1e999}}"#, 400),
            (#"{"task_type":"cpu_intensive","task_data":{"complexity":1000000000000000000000000000000}}"#, 422),
            (String(repeating: " ", count: 2 << 20), 413), ("null", 400), ("\u{FEFF}{}", 400),
        ]
        try await Service.run { service in
            for (body, status) in bodies {
                let answer = try await service.http.post("/tasks", body)
                #expect(answer.status == status, "\(body.prefix(80))")
                #expect(answer.headers["content-type"] == "application/problem+json")
            }
            #expect(try await service.http.get("/tasks").json["total"] == 0)
        }
    }

    @Test("A request is answered however it is split: byte by byte, in one piece, in chunks, as HTTP/1.0")
    func wellFormed() async throws {
        try await Service.run { service in
            let port = service.port
            let one = try await HTTP.raw(pieces: Self.get("/health").map(String.init), toPort: port)
            #expect(one.hasPrefix("HTTP/1.1 200 OK"))
            let request = "GET /health HTTP/1.1\r\n\(Self.host)\r\n"
            let pipelined = try await HTTP.raw(request + request + Self.get("/nope"), toPort: port)
            #expect(pipelined.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
            #expect(pipelined.components(separatedBy: "HTTP/1.1 404 ").count == 2)
            let chunked = try await HTTP.raw(
                Self.post(
                    "Transfer-Encoding: chunked\r\n", "e\r\n{\"task_type\":\"\r\ne\r\nprocess_data\"}\r\n0\r\n\r\n"),
                toPort: port)
            #expect(chunked.contains(" 201 Created"))
            for host in [Self.host, ""] {
                let old = try await HTTP.raw("GET /health HTTP/1.0\r\n\(host)\r\n", toPort: port)
                #expect(old.contains(" 200 OK"))
            }
            let id = try await service.createTask("process_data", #"{"items":[]}"#).description
            let encoded = id.utf8.map { "%" + String($0, radix: 16) }.joined()
            for path in ["/tasks/\(encoded)", "/t%61sks/\(id)", "/tasks/\(id)?d%65tail=false"] {
                #expect(try await HTTP.raw(Self.get(path), toPort: port).hasPrefix("HTTP/1.1 200 OK"), "\(path)")
            }
        }
    }

    @Test("An incomplete upload creates nothing, also if its beginning is valid")
    func abortedUploads() async throws {
        try await Service.run { service in
            let body = #"{"task_type":"process_data"}"#
            for request in [
                Self.post("Content-Length: 100\r\n", body),
                Self.post("Transfer-Encoding: chunked\r\n", "1c\r\n\(body)\r\n"),
                Self.post("Content-Length: 100\r\n", ""),
                // The answer that nothing reads makes the kernel reset the connection.
                "GET /health HTTP/1.1\r\n\(Self.host)\r\n" + Self.post("Content-Length: 100\r\n", body),
            ] { try await HTTP.hangUp(after: request, toPort: service.port) }
            #expect(try await service.http.get("/tasks").json["total"] == 0)
            #expect(try await service.http.get("/health").status == 200)
            #expect(await !service.log.all.contains { $0.contains(" error ") })
        }
    }

    @Test("A client that closes the connection early loses nothing but the answer")
    func impatientClients() async throws {
        try await Service.run { service in
            let task = try await service.startTask("process_data", #"{"items":[1],"delay":1000}"#)
            try await HTTP.hangUp(
                after: "DELETE /tasks/\(task.id)?use_http=true HTTP/1.1\r\n\(Self.host)\r\n", toPort: service.port)
            #expect(try await service.record(of: task.id, when: .terminated).state == .terminated)
        }
    }
}
