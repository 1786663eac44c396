import ArgumentParser
import TaskClient
import TaskModel

/// Runs tasks again that have ended.
struct Retry: ChangeVerb {
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

    static var changeable: Set<TaskState> { [.failed, .terminated, .killed] }
    var change: TaskChange { .retry }

    static func line(about record: TaskRecord) -> String { "\(record.id)" }
}
