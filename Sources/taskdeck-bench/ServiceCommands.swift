import JSON

/// A service that runs commands for clients with its token.
struct ServiceCommands: CommandRunner {
    let service: RunningService
    let token: String

    func connect(_ number: Int) throws(BenchmarkError) -> any CommandClient {
        Client(connection: try HTTPConnection(port: service.port, token: token))
    }

    func processes() -> Set<Int32> { Set(ProcessTree(root: service.pid).pids) }

    private struct Client: CommandClient {
        let connection: HTTPConnection

        func run(_ arguments: [String]) throws(BenchmarkError) {
            let id = try create(arguments)
            // As the clients of peers, waits without asking.
            try connection.followLog(of: id)
            try connection.wait(for: id, toBe: "completed")
        }

        func write(_ command: OutputCommand) throws(BenchmarkError) {
            // All of it would be read.
            try connection.wait(for: try create(["/bin/sh", "-c", command.line]), toBe: "completed", every: 5000)
        }

        func start(_ arguments: [String]) throws(BenchmarkError) { _ = try create(arguments) }

        private func create(_ arguments: [String]) throws(BenchmarkError) -> String {
            let data: JSONValue = ["command": .array(arguments.map(JSONValue.string))]
            return try connection.create("command", data.jsonText)
        }
    }
}
