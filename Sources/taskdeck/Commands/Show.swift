import ArgumentParser
import TaskClient
import TaskControl
import TaskModel

/// Shows all about a task.
struct Show: AnsweredVerb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows all about tasks.",
        discussion: """
            EXAMPLES:
              taskdeck show A8Q4ZE
              taskdeck show --status failed
              taskdeck show --json A8Q4ZE
            """)

    @OptionGroup var selection: TaskSelection
    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    func run(in session: ClientSession) async throws -> Int32 {
        let ids = try await selection.resolve(session, possible: Set(TaskState.allCases))
        var status = ExitStatus.success
        for (index, id) in ids.enumerated() {
            do {
                let body = try await session.client.recordBody(id)
                if json.isOn {
                    try session.print(json: body)
                } else {
                    if index > 0 { try session.print("") }
                    let lines = TaskDetailText(session.terminal, now: ServiceClock().now.wall)
                        .lines(try TaskClient.record(from: body))
                    try session.print(lines: lines)
                }
            } catch TaskError.notFound(let id) {
                StandardStream.report(TaskError.notFound(id).detail)
                status = ExitStatus.failure
            }
        }
        return status
    }
}
