import ArgumentParser
import TaskClient
import TaskModel

/// Shows, pauses or resumes the queue.
struct Queue: AnsweredVerb {
    enum Action: String, ExpressibleByArgument, CaseIterable, Sendable {
        case pause, resume
    }

    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Shows the queue; pauses or resumes the start of tasks.",
        discussion: """
            Tasks that run go on while the queue is paused.

            EXAMPLES:
              taskdeck queue
              taskdeck queue pause
              taskdeck queue resume
            """)

    @Argument(help: "Nothing to show the queue.")
    var action: Action?

    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    func run(in session: ClientSession) async throws -> Int32 {
        let body =
            if let action {
                try await session.client.queueChange(isPaused: action == .pause)
            } else {
                try await session.client.body("/queue")
            }
        if json.isOn {
            try session.print(json: body)
        } else {
            let queue = try TaskClient.decode(QueueStatus.self, from: body)
            try session.print(QueueText.line(queue))
        }
        return ExitStatus.success
    }
}
