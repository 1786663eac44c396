import ArgumentParser
import TaskClient
import TaskModel

/// Ends tasks gracefully, after the grace period by force.
struct Stop: ChangeVerb {
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

    static var changeable: Set<TaskState> { TaskState.live }
    var change: TaskChange { .action(.terminate) }
}
