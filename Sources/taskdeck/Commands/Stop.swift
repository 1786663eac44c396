import ArgumentParser
import TaskClient
import TaskModel

/// Ends tasks gracefully, after the grace period by force.
struct Stop: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Ends tasks gracefully, after the grace period by force.",
        discussion: """
            Returns once nothing of a task runs any more.

            EXAMPLES:
              taskdeck stop A8Q4ZE
              taskdeck stop --status queued
              taskdeck stop --all
            """)

    @OptionGroup var selection: TaskSelection
    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    var answerTimeout: Duration { timeout.limit }

    func run(in session: ClientSession) async throws -> Int32 {
        let ids = try await selection.resolve(session, possible: TaskState.live)
        return try await ChangeRun(session: session, printsJSON: json.isOn) { record in
            "\(record.id) \(record.state.rawValue)"
        }.run(.action(.terminate), on: ids)
    }
}
