import ArgumentParser
import TaskClient
import TaskModel

/// Resumes paused tasks.
struct Resume: ChangeVerb {
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

    static var changeable: Set<TaskState> { [.paused] }
    var change: TaskChange { .action(.resume) }
}
