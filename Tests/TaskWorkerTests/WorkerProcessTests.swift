import JSON
import TestSupport
import Testing
import WorkerProtocol

@Suite("A worker as a process of its own", .timeLimit(.minutes(15)))
struct WorkerProcessTests {
    private static let id = "01ARYZ6S410000000000000000"

    private static func assignment(_ type: String, _ data: String, token: String? = nil) -> String {
        let token = token.map { #","token":"\#($0)""# } ?? ""
        return #"{"task_id":"\#(id)","task_type":"\#(type)","task_data":\#(data)\#(token)}"#
    }

    /// Starts a worker, sends its assignment and passes the address in its first line.
    private func withWorker(
        _ type: String, _ data: String, token: String? = nil,
        body: @Sendable (RunningProgram, HTTP) async throws -> Void
    ) async throws -> Bool {
        let status = try await RunningProgram.run(BuiltProducts.worker) { worker in
            try await worker.write(line: Self.assignment(type, data, token: token))
            let hello = try await worker.output.line(with: "hello")
            guard case .hello(let address) = try JSONCoding.decode(WorkerUpdate.self, from: hello.utf8) else {
                Issue.record("the first line is \(hello)")
                return
            }
            try await body(worker, HTTP(base: "http://\(address.host):\(address.port)"))
        }
        return status == .exited(0)
    }

    @Test("reports its progress and its result on the pipe, and exits with 0")
    func pipe() async throws {
        let isFine = try await withWorker("process_data", #"{"items":[1,2],"delay":0.1}"#) { worker, _ in
            try await worker.output.line(with: "completed")
            #expect(
                await Array(worker.output.all.dropFirst()) == [
                    #"{"event":"progress","done":0,"fraction":0,"step":"item 1 of 2","total":2}"#,
                    #"{"event":"progress","done":1,"fraction":0.5,"step":"item 2 of 2","total":2}"#,
                    #"{"event":"progress","done":2,"fraction":1,"step":"done","total":2}"#,
                    #"{"event":"completed","result":{"items":[1,2],"processed":2}}"#,
                ])
        }
        #expect(isFine)
    }

    @Test("answers /status, also while it computes, with what only the worker can report")
    func status() async throws {
        _ = try await withWorker("cpu_intensive", #"{"complexity":1000000000}"#) { worker, http in
            try await worker.output.line(with: "progress")
            let answer = try await http.get("/status")
            #expect(answer.status == 200)
            #expect(answer.json["task_id"] == .string(Self.id))
            #expect(answer.json["task_type"] == "cpu_intensive")
            #expect(answer.json["status"] == "running")
            #expect(answer.json["pid"] == .integer(Int64(worker.pid)))
            #expect(answer.json["progress"]?["total"] == 5)
            #expect(answer.json["counters"]?["requests"] == 1)
            for name in ["cpu_seconds", "resident_bytes", "uptime_ms", "port"] { #expect(answer.json[name] != nil) }
            worker.send(.kill)
        }
    }

    @Test("makes no progress between pause and resume", arguments: ["cpu_intensive", "process_data"])
    func pause(type: String) async throws {
        let data = type == "cpu_intensive" ? #"{"complexity":1000000000}"# : #"{"items":[1,2,3],"delay":100}"#
        _ = try await withWorker(type, data) { worker, http in
            try await worker.output.line(with: "progress")
            let paused = try await http.post("/control", #"{"action":"pause"}"#)
            #expect(paused.json["status"] == "paused")
            // The line is written before the answer.
            try await worker.output.line(with: "\"paused\"")
            let first = try await http.get("/status")
            let second = try await http.get("/status")
            #expect(first.json["progress"] == second.json["progress"])
            #expect(try await http.post("/control", #"{"action":"pause"}"#).json["status"] == "paused")
            let resumed = try await http.post("/control", #"{"action":"resume"}"#)
            #expect(resumed.json["status"] == "running")
            try await worker.output.line(with: "resumed")
            #expect(try await http.get("/status").json["counters"]?["pauses"] == 1)
            worker.send(.kill)
        }
    }

    @Test("stops when requested by /terminate, by /control or by SIGTERM, also while paused", arguments: 0..<6)
    func stops(way: Int) async throws {
        let isFine = try await withWorker("process_data", #"{"items":[1],"delay":1000}"#) { worker, http in
            try await worker.output.line(with: "progress")
            if way >= 3 { _ = try await http.post("/control", #"{"action":"pause"}"#) }
            switch way % 3 {
            case 0: #expect(try await http.post("/terminate", "", type: nil).json["status"] == "stopping")
            case 1: #expect(try await http.post("/control", #"{"action":"terminate"}"#).status == 200)
            default: worker.send(.terminate)
            }
            try await worker.output.line(with: "stopped")
        }
        #expect(isFine)
    }

    @Test("ends at once when its standard input ends, whatever it is doing")
    func supervisorGone() async throws {
        for data in [#"{"complexity":1000000000000}"#, #"{"complexity":1000000000000,"batches":2}"#] {
            let isFine = try await withWorker("cpu_intensive", data) { worker, http in
                if data.contains("batches") { _ = try await http.post("/control", #"{"action":"pause"}"#) }
                try await worker.endInput()
            }
            #expect(!isFine)
        }
    }

    @Test(
        "refuses bad requests by problems",
        arguments: [
            ("GET", "/nope", nil, 404), ("POST", "/status", "", 405), ("GET", "/control", nil, 405),
            ("POST", "/control", "", 400), ("POST", "/control", "{}", 422),
            ("POST", "/control", #"{"action":"kill"}"#, 422),
            ("POST", "/control", String(repeating: " ", count: 70_000), 413),
        ] as [(String, String, String?, Int)])
    func refusals(method: String, path: String, body: String?, status: Int) async throws {
        _ = try await withWorker("process_data", #"{"items":[1],"delay":1000}"#) { worker, http in
            let answer = try await http.send(method, path, body: body)
            #expect(answer.status == status)
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.json["status"] == .integer(Int64(status)))
            worker.send(.kill)
        }
    }

    @Test("refuses foreign pages, and requires the token of its assignment")
    func access() async throws {
        _ = try await withWorker("process_data", #"{"items":[1],"delay":1000}"#, token: "s3cret") { worker, http in
            let anonymous = try await http.get("/status")
            #expect(anonymous.status == 401)
            var authorized = http
            authorized.headers = [("Authorization", "Bearer s3cret")]
            #expect(try await authorized.get("/status").status == 200)
            authorized.headers.append(("Origin", "http://evil.example"))
            #expect(try await authorized.get("/status").status == 403)
            #expect(try await authorized.post("/terminate", "", type: "text/plain").status == 403)
            worker.send(.kill)
        }
    }

    @Test(
        "without an assignment it describes itself and exits with 64; with an invalid one with 65",
        arguments: [
            ("", 64, "this is the worker of taskdeck"), ("{}\n", 65, "the assignment is not valid"),
            ("hello\n", 65, "not valid"),
            (assignment("explode", "{}") + "\n", 65, "task_type must be one of"),
            (assignment("process_data", #"{"delay":-1}"#) + "\n", 65, "task_data.delay must be between"),
            (assignment("process_data", "{}"), 64, "this is the worker"),
        ])
    func noAssignment(input: String, code: Int32, message: String) async throws {
        let status = try await RunningProgram.run(BuiltProducts.worker) { worker in
            for line in input.split(separator: "\n", omittingEmptySubsequences: true) {
                if input.hasSuffix("\n") { try await worker.write(line: String(line)) }
            }
            try await worker.endInput()
            try await worker.errors.line(with: message)
        }
        #expect(status == .exited(code))
    }
}
