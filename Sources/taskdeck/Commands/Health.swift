import ArgumentParser
import Dashboard
import JSON
import TaskClient
import TaskControl
import TaskModel

/// Shows the state of the service.
struct Health: AnsweredVerb {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Shows the state of the service.",
        discussion: """
            The exit code is 0 if all is well, 1 if tasks cannot be stored or started, 69 if the service is not reached.

            EXAMPLES:
              taskdeck health
              taskdeck health --url http://127.0.0.1:8000
            """)

    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    func run(in session: ClientSession) async throws -> Int32 {
        let body = try await session.client.body("/health")
        let health = try TaskClient.decode(ServiceHealth.self, from: body)
        if json.isOn {
            try session.print(json: body)
        } else {
            let version: String = try TaskClient.member(
                "version", of: try TaskClient.decode(JSONValue.self, from: body))
            try session.print("taskdeck \(version) at \(session.address)")
            try session.print("up for \(Format.longDuration(milliseconds: health.uptimeMilliseconds))")
            let counts = TaskState.allCases.compactMap { state in
                health.counts[state].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
            }
            try session.print("tasks: \(counts.isEmpty ? "none" : counts.joined(separator: ", "))")
            if health.isShuttingDown { try session.print("it is shutting down") }
            if let failure = health.storageFailure { try session.print("tasks cannot be stored: \(failure)") }
            if let failure = health.launchFailure { try session.print("no worker can be started: \(failure)") }
        }
        let isWell = health.storageFailure == nil && health.launchFailure == nil && !health.isShuttingDown
        return isWell ? ExitStatus.success : ExitStatus.failure
    }
}
