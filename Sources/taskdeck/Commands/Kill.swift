import ArgumentParser
import TaskClient
import TaskModel

/// Ends tasks by force, at once.
struct Kill: ChangeVerb {
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

    static var changeable: Set<TaskState> { TaskState.live }
    var change: TaskChange { .action(.kill) }
}
