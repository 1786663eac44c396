import ArgumentParser
import JSON
import TaskClient
import TaskModel

/// Has the service read its configuration again.
struct Reload: AnsweredVerb {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Has the service read its configuration file again.",
        discussion: """
            All declared types change, or none if the file has problems, which are printed. Tasks keep the program with \
            which they were accepted.

            EXAMPLES:
              taskdeck reload
            """)

    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    func run(in session: ClientSession) async throws -> Int32 {
        let body = try await session.client.reload()
        if json.isOn {
            try session.print(json: body)
        } else {
            let count: Int = try TaskClient.member("types", of: try TaskClient.decode(JSONValue.self, from: body))
            try session.print(count == 1 ? "1 type" : "\(count) types")
        }
        return ExitStatus.success
    }
}
