/// A client of something that runs commands and keeps their output; one command at a time.
protocol CommandClient {
    /// Runs a command, and returns once its end has been reported by what runs it.
    ///
    /// - Throws: ``BenchmarkError`` unless its exit code is 0.
    func run(_ arguments: [String]) throws(BenchmarkError)

    /// Runs a command that writes.
    ///
    /// - Throws: ``BenchmarkError`` unless its exit code is 0.
    func write(_ command: OutputCommand) throws(BenchmarkError)

    /// Has a command run on.
    ///
    /// - Throws: ``BenchmarkError`` when that is refused.
    func start(_ arguments: [String]) throws(BenchmarkError)
}

extension CommandClient {
    func write(_ command: OutputCommand) throws(BenchmarkError) { try run(["/bin/sh", "-c", command.line]) }
}

/// A command that writes lines of 80 bytes as fast as it can.
struct OutputCommand {
    let bytes: Int

    /// For sh(1).
    var line: String { "yes '\(String(repeating: "0123456789 ", count: 8).prefix(79))' | head -c \(bytes)" }
}

/// What runs commands, while it is measured.
protocol CommandRunner: Sendable {
    /// - Parameter number: A different one for each client.
    /// - Throws: ``BenchmarkError``.
    func connect(_ number: Int) throws(BenchmarkError) -> any CommandClient

    /// The processes that belong to it, with those of the commands.
    func processes() -> Set<Int32>

    /// Ends what waits for further commands.
    func end()
}

extension CommandRunner {
    func end() {}
}
