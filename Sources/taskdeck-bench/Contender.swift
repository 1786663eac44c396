import FoundationEssentials
import Subprocess
import SystemPackage

/// A service that is measured.
struct Contender: Sendable {
    /// What the table calls it.
    let name: String
    /// A command for sh(1); `{port}` stands for the port to listen on, `{state}` for a directory that is not
    /// there yet.
    let command: String

    /// Starts the service, hands it to `body` once it answers, and ends it.
    ///
    /// - Returns: What `body` does, and the milliseconds from the start to the first answer.
    /// - Throws: ``Failure``, and whatever `body` throws.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (RunningService) async throws -> Value
    ) async throws -> (value: Value, start: Double) {
        try await run(input: .none, output: .discarded, body)
    }

    /// The same with a terminal to draw on.
    func run<Value: Sendable>(
        on screen: Screen, _ body: @escaping @Sendable (RunningService) async throws -> Value
    ) async throws -> (value: Value, start: Double) {
        try await run(
            input: .fileDescriptor(screen.terminal, closeAfterSpawningProcess: false),
            output: .fileDescriptor(screen.terminal, closeAfterSpawningProcess: false), body)
    }

    private func run<Value: Sendable>(
        input: some InputProtocol, output: some OutputProtocol & ErrorOutputProtocol,
        _ body: @escaping @Sendable (RunningService) async throws -> Value
    ) async throws -> (value: Value, start: Double) {
        let port = try Loopback.freePort()
        let state = FileManager.default.temporaryDirectory.appending(path: "taskdeck-bench-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: state) }
        let command = command.replacing("{port}", with: "\(port)").replacing("{state}", with: state)
        let clock = ContinuousClock()
        let start = clock.now
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", command],
            environment: .inherit.updating(["TERM": "xterm-256color"]), platformOptions: options, input: input,
            output: output, error: .discarded
        ) { execution in
            let service = RunningService(port: port, pid: execution.processIdentifier.value)
            try await service.waitUntilOpen(within: .seconds(30), since: start, name)
            let duration = (clock.now - start).milliseconds
            let value = try await body(service)
            try execution.send(signal: .terminate, toProcessGroup: true)
            return (value, duration)
        }
        return result.closureResult
    }
}

/// A service while it runs.
struct RunningService: Sendable {
    let port: Int
    let pid: Int32

    /// - Throws: ``Failure`` when it does not listen.
    func connect() throws(Failure) -> HTTPConnection { try HTTPConnection(port: port) }

    fileprivate func waitUntilOpen(
        within limit: Duration, since start: ContinuousClock.Instant, _ name: String
    ) async throws {
        while true {
            // A service of its own accord tells nobody when it has opened its port, so it is asked.
            if let answer = try? connect().send("GET", "/tasks"), answer.status == 200 { return }
            guard ContinuousClock.now - start < limit else {
                throw Failure(description: "\(name) did not answer GET /tasks on port \(port) within \(limit)")
            }
            try await Task.sleep(for: .microseconds(500))
        }
    }
}
