package import TaskModel

/// A running taskdeck under test: the real program with real workers, on a free port.
package struct Service: Sendable {
    package let program: RunningProgram
    package var http: HTTP

    package var log: LineLog { program.errors }
    package var port: Int { http.base.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    /// The arguments with defaults for tests: tasks in memory, no limit of running ones, and a grace period that is not
    /// over before a graceful end, however busy the machine is.
    package static func withDefaults(_ arguments: [String]) -> [String] {
        func unless(_ flags: String..., use defaults: String...) -> [String] {
            flags.contains(where: arguments.contains) ? [] : defaults
        }
        return arguments + unless("--state", "--ephemeral", use: "--ephemeral")
            + unless("--max-running", use: "--max-running", "0") + unless("--grace", use: "--grace", "60")
    }

    /// Starts taskdeck, runs `body`, and ends it with SIGTERM if `body` has not.
    ///
    /// - Returns: How it ended; tests expect `.exited(0)` of everything but a kill.
    @discardableResult
    package static func run(
        _ arguments: [String] = [], environment: [String: String?] = [:],
        body: @Sendable (Service) async throws -> Void
    ) async throws -> ProcessEnd {
        let variables = environment.merging(["TASKDECK_TOKEN": nil]) { own, _ in own }
        return try await RunningProgram.run(
            BuiltProducts.taskdeck, ["--no-ui", "--port", "0"] + withDefaults(arguments), environment: variables
        ) { program in
            let line: String
            do {
                line = try await program.output.line(with: "listening on ")
            } catch let error as LineMissing {
                // Its own error explains more than the missing line.
                throw LineMissing(texts: error.texts, lines: await program.errors.allAtEnd())
            }
            let address = line.split(separator: " ").last ?? ""
            try await body(Service(program: program, http: HTTP(base: String(address))))
            program.send(.terminate)
        }
    }

    /// Creates a task and returns its record once its worker runs.
    package func startTask(_ type: String, _ data: String) async throws -> TaskRecord {
        let id = try await createTask(type, data)
        try await log.line(with: "\(id) \(type) running")
        return try await http.get("/tasks/\(id)").record
    }

    /// Creates a task without waiting for its worker.
    package func createTask(_ type: String, _ data: String) async throws -> TaskID {
        let answer = try await http.post("/tasks", #"{"task_type":"\#(type)","task_data":\#(data)}"#)
        return try answer.record.id
    }

    /// Returns a task's record once it is in a state.
    package func record(of id: TaskID, when state: TaskState) async throws -> TaskRecord {
        try await log.line(with: "\(id) ", " \(state.rawValue)")
        return try await http.get("/tasks/\(id)").record
    }
}
