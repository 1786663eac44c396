package import JSON
package import SystemPackage
package import TaskModel

/// A service under test that runs programs: with a state directory, and full access to it.
package struct CommandService: Sendable {
    package let service: Service
    package let state: FilePath
    /// Over the socket: commands are admitted, and errors are complete.
    package let http: HTTP

    /// - Parameter state: the directory with its socket.
    package init(service: Service, state: FilePath) {
        self.service = service
        self.state = state
        http = HTTP(socket: state.appending("api.sock"))
    }

    /// Starts a service in a directory of its own, runs `body`, and ends it; see ``Service/run(_:environment:body:)``.
    @discardableResult
    package static func run(
        _ arguments: [String] = [], body: @Sendable (CommandService) async throws -> Void
    ) async throws -> ProcessEnd {
        var end = ProcessEnd.exited(-1)
        try await TemporaryDirectory.run { end = try await run(at: $0, arguments, body: body) }
        return end
    }

    /// - Parameter state: the state directory.
    @discardableResult
    package static func run(
        at state: FilePath, _ arguments: [String] = [], body: @Sendable (CommandService) async throws -> Void
    ) async throws -> ProcessEnd {
        try await Service.run(["--state", state.string] + arguments) { service in
            try await body(CommandService(service: service, state: state))
        }
    }

    /// The request for a task that runs a program.
    ///
    /// - Parameters:
    ///   - data: members of `task_data` besides `command`.
    ///   - members: members of the task.
    package static func request(
        _ command: [String], data: [JSONName: JSONValue] = [:], members: [JSONName: JSONValue] = [:]
    ) -> String {
        let data = data.merging(["command": .array(command.map(JSONValue.string))]) { $1 }
        return JSONValue.object(members.merging(["task_type": "command", "task_data": .object(data)]) { $1 }).jsonText
    }

    /// Creates a task that runs a program.
    package func create(
        _ command: [String], data: [JSONName: JSONValue] = [:], members: [JSONName: JSONValue] = [:]
    ) async throws -> TaskID {
        try await http.post("/tasks", Self.request(command, data: data, members: members)).record.id
    }

    /// Creates a task that runs a program, and returns its last record.
    package func run(
        _ command: [String], data: [JSONName: JSONValue] = [:], members: [JSONName: JSONValue] = [:]
    ) async throws -> TaskRecord {
        try await lastRecord(of: try await create(command, data: data, members: members))
    }

    /// Returns once a task's program has written a text, or the task has ended.
    package func output(of id: TaskID, contains text: String) async throws {
        try await http.read("/tasks/\(id)/log?follow=true", until: text)
    }

    /// Returns a task's record once it has ended.
    package func lastRecord(of id: TaskID) async throws -> TaskRecord {
        // Its log is followed to the end of an attempt.
        try await http.read("/tasks/\(id)/log?follow=true")
        return try await record(of: id) { $0.state.isFinal }
    }

    /// Returns a task's record once it meets a condition, which need not be logged.
    ///
    /// - Throws: ``UnexpectedEnd`` for a task that has ended without.
    package func record(of id: TaskID, where condition: (TaskRecord) -> Bool) async throws -> TaskRecord {
        while true {
            let record = try await http.get("/tasks/\(id)").record
            if condition(record) { return record }
            guard !record.state.isFinal else { throw UnexpectedEnd(record: record) }
            await Task.yield()
        }
    }

    package func control(_ id: TaskID, _ action: TaskAction) async throws -> Answer {
        try await http.post("/tasks/\(id)/control", #"{"action":"\#(action.rawValue)"}"#)
    }

    /// The names of the files with the output of programs.
    package var logs: [String] { TemporaryDirectory.names(in: state.appending("logs")) }
}

/// A task has ended before its record has met a condition.
package struct UnexpectedEnd: Error {
    package let record: TaskRecord
}

extension MarkedProcesses {
    /// The `task_data` of a task whose processes they are.
    package var taskData: [JSONName: JSONValue] { ["env": .object([JSONName(Self.variable): .string(mark)])] }
}
