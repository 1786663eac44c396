import FoundationEssentials
import Subprocess
import SystemPackage

/// A service to be measured.
struct Target: Sendable {
    /// Its heading in the table.
    let name: String
    /// A command for sh(1).
    ///
    /// `{port}` stands for the port to listen on, `{state}` for a directory that does not
    /// exist yet.
    let command: String

    /// Starts the service, runs `body` once it answers, and ends it.
    ///
    /// - Returns: The value of `body`, and the milliseconds from the start to the first response.
    /// - Throws: ``BenchmarkError`` when the service does not answer, and what `body` throws.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (RunningService) async throws -> Value
    ) async throws -> (value: Value, start: Double) {
        try await run(input: .none, output: .discarded, body)
    }

    /// Starts the service on a terminal, runs `body` once it answers, and ends it.
    func run<Value: Sendable>(
        on terminal: PseudoTerminal, _ body: @escaping @Sendable (RunningService) async throws -> Value
    ) async throws -> (value: Value, start: Double) {
        try await run(
            input: .fileDescriptor(terminal.terminal, closeAfterSpawningProcess: false),
            output: .fileDescriptor(terminal.terminal, closeAfterSpawningProcess: false), body)
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
            let service = RunningService(port: port, pid: execution.processIdentifier.value, state: state)
            try await service.waitUntilOpen(within: .seconds(30), since: start, name)
            let duration = (clock.now - start).milliseconds
            let value = try await body(service)
            try execution.send(signal: .terminate, toProcessGroup: true)
            return (value, duration)
        }
        return result.closureResult
    }
}
