import JSON

/// A service that runs commands for clients with its token.
struct ServiceCommands: CommandRunner {
    let service: RunningService
    let token: String
    /// Microseconds between a response and the next request.
    let interval: UInt32

    func connect(_ number: Int) throws(BenchmarkError) -> any CommandClient {
        Client(connection: try HTTPConnection(port: service.port, token: token), interval: interval)
    }

    func processes() -> Set<Int32> { Set(ProcessTree(root: service.pid).pids) }

    private struct Client: CommandClient {
        let connection: HTTPConnection
        let interval: UInt32

        func run(_ arguments: [String]) throws(BenchmarkError) {
            try connection.wait(for: try create(arguments), toBe: "completed", every: interval)
        }

        func start(_ arguments: [String]) throws(BenchmarkError) { _ = try create(arguments) }

        private func create(_ arguments: [String]) throws(BenchmarkError) -> String {
            let data: JSONValue = ["command": .array(arguments.map(JSONValue.string))]
            return try connection.create("command", data.jsonText)
        }
    }
}
