import ArgumentParser
import TaskClient
import TaskModel

/// Pauses running tasks, and returns once they are paused.
struct Pause: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pauses running tasks, and returns once they are paused.",
        discussion: """
            EXAMPLES:
              taskdeck pause A8Q4ZE CSS51B
              taskdeck pause --all
            """)

    @OptionGroup var selection: TaskSelection
    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    var answerTimeout: Duration { timeout.limit }

    func run(in session: ClientSession) async throws -> Int32 {
        let ids = try await selection.resolve(session, possible: [.starting, .running])
        return try await ChangeRun(session: session, printsJSON: json.isOn) { record in
            "\(record.id) \(record.state.rawValue)"
        }.run(.action(.pause), on: ids)
    }
}
