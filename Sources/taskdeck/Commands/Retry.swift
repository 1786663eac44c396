import ArgumentParser
import TaskClient
import TaskModel

/// Runs tasks again that have ended.
struct Retry: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Runs tasks again that have ended, and prints the ids of the new ones.",
        discussion: """
            --all chooses those that have failed, or were terminated or killed.

            EXAMPLES:
              taskdeck retry A8Q4ZE
              taskdeck retry --status failed
            """)

    @OptionGroup var selection: TaskSelection
    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    var answerTimeout: Duration { timeout.limit }

    func run(in session: ClientSession) async throws -> Int32 {
        let ids = try await selection.resolve(session, possible: [.failed, .terminated, .killed])
        return try await ChangeRun(session: session, printsJSON: json.isOn) { "\($0.id)" }.run(.retry, on: ids)
    }
}
