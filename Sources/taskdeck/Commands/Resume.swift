import ArgumentParser
import TaskClient
import TaskModel

/// Resumes paused tasks.
struct Resume: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Resumes paused tasks.",
        discussion: """
            EXAMPLES:
              taskdeck resume A8Q4ZE
              taskdeck resume --all
            """)

    @OptionGroup var selection: TaskSelection
    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    var answerTimeout: Duration { timeout.limit }

    func run(in session: ClientSession) async throws -> Int32 {
        let ids = try await selection.resolve(session, possible: [.paused])
        return try await ChangeRun(session: session, printsJSON: json.isOn) { record in
            "\(record.id) \(record.state.rawValue)"
        }.run(.action(.resume), on: ids)
    }
}
