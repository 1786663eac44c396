import SystemPackage
import TestSupport
import Testing

/// Runs verbs of the program against a service on a state directory.
struct Shell: Sendable {
    let state: FilePath
    let service: Service

    /// The result of a verb.
    struct Result: Sendable {
        let end: ProcessEnd
        let output: [String]
        let errors: [String]

        var text: String { output.joined(separator: "\n") }
        var isSuccess: Bool { end == .exited(0) }
    }

    /// Runs `body` with a service.
    static func run(_ arguments: [String] = [], body: @Sendable (Shell) async throws -> Void) async throws {
        try await TemporaryDirectory.run { state in
            try await Service.run(["--state", state.string] + arguments) { service in
                try await body(Shell(state: state, service: service))
            }
        }
    }

    var socket: String { "unix:\(state.appending("api.sock"))" }

    /// The environment with which verbs find the service.
    func environment(_ more: [String: String?] = [:]) -> [String: String?] {
        ["TASKDECK_URL": socket, "TASKDECK_TOKEN": nil, "COLUMNS": nil].merging(more) { _, own in own }
    }

    /// Runs a verb.
    func callAsFunction(_ arguments: String..., environment: [String: String?] = [:]) async throws -> Result {
        try await Self.result(of: BuiltProducts.taskdeck, arguments, self.environment(environment))
    }

    /// Runs a line of bash, in which `taskdeck` is the program.
    func bash(_ line: String, environment: [String: String?] = [:]) async throws -> Result {
        let script = "taskdeck() { '\(BuiltProducts.taskdeck)' \"$@\"; }\n\(line)"
        return try await Self.result(of: "/bin/bash", ["-c", script], self.environment(environment))
    }

    static func result(
        of program: FilePath, _ arguments: [String], _ environment: [String: String?]
    ) async throws -> Result {
        let lines = LinesBox()
        let end = try await RunningProgram.run(program, arguments, environment: environment) { program in
            try await program.endInput()
            let (output, errors) = (await program.output.allAtEnd(), await program.errors.allAtEnd())
            await lines.set(output, errors)
        }
        return Result(end: end, output: await lines.output, errors: await lines.errors)
    }
}

private actor LinesBox {
    private(set) var output: [String] = []
    private(set) var errors: [String] = []

    func set(_ output: [String], _ errors: [String]) { (self.output, self.errors) = (output, errors) }
}
