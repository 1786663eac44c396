import ArgumentParser
import TaskClient
import TaskModel

/// Pauses running tasks, and returns once they are paused.
struct Pause: ChangeVerb {
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

    static var changeable: Set<TaskState> { [.starting, .running] }
    var change: TaskChange { .action(.pause) }
}
