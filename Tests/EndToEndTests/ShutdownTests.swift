import NIOCore
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Shutdown of the service", .timeLimit(.minutes(15)))
struct ShutdownTests {
    private static let long = #"{"items":[1,2,3],"delay":1000}"#
    private static let endless = #"{"complexity":1000000000000}"#

    @Test(
        "SIGTERM or SIGINT with 20 tasks in all states ends every worker and exits 0",
        arguments: [UnixSignal.terminate, .interrupt])
    func twentyTasks(signal: UnixSignal) async throws {
        // For a busy machine, on which workers answer late.
        let status = try await Service.run(["--grace", "60"]) { service in
            var pids: [Int32] = []
            for number in 0..<20 {
                let task = try await service.startTask(
                    number % 4 == 0 ? "cpu_intensive" : "process_data", number % 4 == 0 ? Self.endless : Self.long)
                pids.append(try #require(task.pid))
                if number % 3 == 0 {
                    _ = try await service.http.post("/tasks/\(task.id)/control", #"{"action":"pause"}"#)
                }
            }
            // One that is only just being started.
            _ = try await service.createTask("process_data", Self.long)
            service.program.send(signal)
            #expect(try await ProcessWatch.ends(service.program.pid, within: .seconds(30)))
            for pid in pids { #expect(!ProcessWatch.exists(pid)) }
            // By a signal, and so killed, where a busy machine has let a worker answer too late.
            let ended = await service.log.allAtEnd().filter { line in
                line.contains(" terminated by ") || line.contains(" killed by ")
            }
            #expect(ended.count == 21, "\(ended)")
        }
        #expect(status == .exited(0))
    }

    @Test(
        "signals to the workers before or after that to the service are part of the shutdown",
        arguments: [true, false], ["fail", "requeue"])
    func controlGroup(isWorkerFirst: Bool, policy: String) async throws {
        try await TemporaryDirectory.run { path in
            let arguments = ["--state", path.string, "--on-restart", policy]
            try await Service.run(arguments) { service in
                var pids: [Int32] = []
                for _ in 0..<3 {
                    let task = try await service.startTask("process_data", Self.long)
                    pids.append(try #require(task.pid))
                }
                if isWorkerFirst {
                    // Stopped, it sees the signals at once, however late a busy machine sends the second one.
                    try ProcessWatch.freeze(service.program.pid)
                    for pid in pids { ProcessWatch.send(.terminate, to: pid) }
                    for pid in pids { #expect(try await ProcessWatch.ends(pid, within: .seconds(30))) }
                    service.program.send(.terminate)
                    service.program.send(.resume)
                } else {
                    service.program.send(.terminate)
                    try await service.log.line(with: "shutting down")
                    for pid in pids { ProcessWatch.send(.terminate, to: pid) }
                }
                // A second signal would hasten the end.
                #expect(try await ProcessWatch.ends(service.program.pid, within: .seconds(30)))
            }
            try await Service.run(arguments) { service in
                let list = try await service.http.get("/tasks").list
                #expect(list.total == 3)
                for record in list.tasks {
                    #expect(record.error == nil)
                    #expect(record.state.isFinal == (policy == "fail"))
                    if policy == "fail" { #expect(record.state == .terminated) }
                    #expect(record.attempts.map(\.isInterrupted) == (policy == "fail" ? [] : [true]))
                }
            }
        }
    }

    @Test("a signal to a worker alone fails the attempt, names the signal, and is retried")
    func workerAlone() async throws {
        try await Service.run { service in
            let answer = try await service.http.post(
                "/tasks", #"{"task_type":"process_data","task_data":\#(Self.long),"retries":1}"#)
            let id = try answer.record.id
            for attempt in 1...2 {
                // The lines of a status dump have the progress there.
                try await service.log.line(attempt, with: "\(id) process_data running pid")
                let record = try await service.http.get("/tasks/\(id)").record
                #expect(record.attempt == attempt)
                ProcessWatch.send(attempt == 1 ? .terminate : .hangUp, to: try #require(record.pid))
            }
            let record = try await service.record(of: id, when: .failed)
            #expect(record.error == "SIGHUP from outside")
            #expect(record.attempts.map(\.error) == ["SIGTERM from outside"])
        }
    }

    @Test("a request for the end of a task is answered while the service shuts down")
    func inFlight() async throws {
        let status = try await Service.run(["--grace", "10", "--log-level", "debug"]) { service in
            let task = try await service.startTask("process_data", Self.long)
            let pid = try #require(task.pid)
            try ProcessWatch.freeze(pid)
            async let answer = service.http.delete("/tasks/\(task.id)?use_http=true")
            try await service.log.line(with: "\(task.id) process_data stopping")
            service.program.send(.terminate)
            #expect(try await answer.status == 200)
            #expect(!ProcessWatch.exists(pid))
        }
        #expect(status == .exited(0))
    }

    @Test("a large response is complete for a client that reads slowly while the service shuts down")
    func slowReader() async throws {
        let status = try await Service.run(["--grace", "1000"]) { service in
            let text = String(repeating: "x", count: 900_000)
            for _ in 0..<6 {
                let id = try await service.createTask("process_data", #"{"items":["\#(text)"],"delay":0}"#)
                _ = try await service.record(of: id, when: .completed)
            }
            let answer = try await HTTP.connect(toPort: service.port) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "GET /tasks HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                var answer = ByteBuffer()
                for try await part in inbound {
                    if answer.readableBytes == 0 {
                        service.program.send(.terminate)
                        try await service.log.line(with: "shutting down")
                        #expect(try await !ProcessWatch.ends(service.program.pid, within: .seconds(1)))
                    }
                    answer.writeImmutableBuffer(part)
                }
                return String(buffer: answer)
            }
            #expect(answer.utf8.count > 6 * text.utf8.count)
            #expect(answer.hasSuffix("]}") || answer.hasSuffix("\r\n0\r\n\r\n"))
        }
        #expect(status == .exited(0))
    }

    @Test("a shutdown waits neither for idle connections nor for incomplete requests, which are refused")
    func halfRequests() async throws {
        let status = try await Service.run(["--grace", "1000"]) { service in
            async let idle = HTTP.raw("", toPort: service.port)
            async let head = HTTP.raw("GET /health HTT", toPort: service.port)
            async let body = HTTP.raw(
                "POST /tasks HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
                toPort: service.port)
            _ = try await service.http.get("/health")
            service.program.send(.terminate)
            #expect(try await ProcessWatch.ends(service.program.pid, within: .seconds(30)))
            // On a busy machine one of them may arrive only after the end.
            #expect((try? await idle)?.isEmpty ?? true)
            #expect((try? await head)?.isEmpty ?? true)
            let answers = (try? await body) ?? ""
            #expect(answers.isEmpty || answers.contains("HTTP/1.1 503 "), "\(answers)")
            #expect(await !service.log.allAtEnd().contains { $0.contains(" error ") || $0.contains("failed") })
        }
        #expect(status == .exited(0))
    }

    @Test("a frozen worker does not outlive the grace period, and a stalled client delays nothing")
    func frozen() async throws {
        let status = try await Service.run(["--grace", "10"]) { service in
            let task = try await service.startTask("process_data", Self.long)
            let pid = try #require(task.pid)
            async let stalled = HTTP.raw(
                "POST /tasks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{", toPort: service.port)
            _ = try await service.http.get("/health")
            try ProcessWatch.freeze(pid)
            service.program.send(.terminate)
            #expect(try await ProcessWatch.ends(service.program.pid, within: .seconds(30)))
            #expect(!ProcessWatch.exists(pid))
            _ = try? await stalled
        }
        #expect(status == .exited(0))
    }

    @Test("a second signal ends all at once")
    func twice() async throws {
        let status = try await Service.run(["--grace", "1000"]) { service in
            let task = try await service.startTask("process_data", Self.long)
            let pid = try #require(task.pid)
            try ProcessWatch.freeze(pid)
            service.program.send(.terminate)
            try await service.log.line(with: "shutting down")
            service.program.send(.terminate)
            #expect(try await ProcessWatch.ends(service.program.pid, within: .seconds(30)))
            #expect(!ProcessWatch.exists(pid))
        }
        #expect(status == .exited(0))
    }

    @Test("SIGQUIT ends all at once, and stores it")
    func urgent() async throws {
        let status = try await Service.run(["--grace", "1000"]) { service in
            let task = try await service.startTask("process_data", Self.long)
            try ProcessWatch.freeze(try #require(task.pid))
            service.program.send(.quit)
            try await service.log.line(with: "\(task.id) process_data killed")
        }
        #expect(status == .exited(0))
    }

    @Test("signals without a meaning end neither the service nor a task")
    func meaninglessSignals() async throws {
        let status = try await Service.run { service in
            let task = try await service.startTask("process_data", Self.long)
            for signal in [
                UnixSignal.user1, .user2, .alarm, .virtualAlarm, .profiling, .io, .power, .fileSize, .pipe, .stackFault,
                .realTime, .libraryCancel, .librarySetID,
            ] {
                service.program.send(signal)
                #expect(try await service.http.get("/tasks/\(task.id)").record.state == .running, "\(signal)")
            }
        }
        #expect(status == .exited(0))
    }

    @Test("a locked store delays the end up to its bound, and the last line names what is left")
    func stuckStore() async throws {
        try await TemporaryDirectory.run { state in
            let status = try await Service.run(["--grace", "0", "--state", state.string]) { service in
                let task = try await service.startTask("process_data", Self.long)
                let database = try await LockedDatabase(in: state)
                service.program.send(.terminate)
                #expect(try await ProcessWatch.ends(service.program.pid, within: .seconds(30)))
                database.unlock()
                let last = try #require(await service.log.allAtEnd().last)
                #expect(last.contains(task.id.description))
                #expect(last.contains("left: ") || last.contains("not stored: "))
            }
            #expect(status == .exited(1))
        }
    }

    @Test("After kill -9 of the supervisor no worker is left, whatever its state was")
    func killed() async throws {
        let status = try await Service.run { service in
            var pids: [Int32] = []
            for number in 0..<4 {
                let task = try await service.startTask(
                    number < 2 ? "cpu_intensive" : "process_data", number < 2 ? Self.endless : Self.long)
                let pid = try #require(task.pid)
                pids.append(pid)
                if number == 1 { _ = try await service.http.post("/tasks/\(task.id)/control", #"{"action":"pause"}"#) }
                if number == 3 { try ProcessWatch.freeze(pid) }
            }
            service.program.send(.kill)
            for pid in pids { #expect(try await ProcessWatch.ends(pid, within: .seconds(30))) }
        }
        #expect(status == .signaled(9))
    }

    @Test("a shutdown under load answers every request and leaves no process")
    func inTheMiddle() async throws {
        let status = try await Service.run { service in
            let pids = try await withThrowingTaskGroup(of: [Int32].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var pids: [Int32] = []
                        // Until connections are refused.
                        while let pid = try? await RandomClient.live(on: service) { pids.append(pid) }
                        return pids
                    }
                }
                for _ in 0..<8 { _ = try? await RandomClient.live(on: service) }
                service.program.send(.terminate)
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(try await ProcessWatch.ends(service.program.pid, within: .seconds(30)))
            for pid in pids { #expect(!ProcessWatch.exists(pid)) }
        }
        #expect(status == .exited(0))
    }
}
