import ArgumentParser
import TaskClient
import TaskModel

/// Ends tasks by force, at once.
struct Kill: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "Ends tasks by force, at once.",
        discussion: """
            EXAMPLES:
              taskdeck kill A8Q4ZE
              taskdeck kill --type process_data
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
        }.run(.action(.kill), on: ids)
    }
}
