import ArgumentParser
import Glibc
import JSON
import TaskClient
import TaskControl
import TaskModel

/// Lists tasks.
struct Ls: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "Lists tasks, the newest last.",
        discussion: """
            On a terminal, ids are shortened to what tells them apart, texts to its width. Everything is printed in full \
            to pipes and files.

            EXAMPLES:
              taskdeck ls
              taskdeck ls --status running,paused
              taskdeck ls -n 20 --type command
              taskdeck ls -q --status failed
              taskdeck ls --watch --status running,queued
              taskdeck ls --json
            """)

    @OptionGroup var filter: TaskFilter

    @Option(
        name: [.customShort("n"), .customLong("last")], parsing: .unconditional,
        help: "Only the newest tasks, this many. (default: all)")
    var last: Int?

    @Flag(name: .shortAndLong, help: "Print only the ids.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Keep the list on the terminal up to date, until Ctrl-C.")
    var watch = false

    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Connection") var timeout: AnswerTimeout

    var answerTimeout: Duration { timeout.limit }
    var handledSignals: [CInt] { watch ? [SIGWINCH] : [] }

    func validate() throws {
        if let last, last < 1 { throw ValidationError("--last must be at least 1, not \(last)") }
        if watch, json.isOn || quiet {
            throw ValidationError("--watch draws a table; use 'taskdeck events --json' for programs")
        }
        if json.isOn, quiet { throw ValidationError("--json and --quiet print different things; use one of them") }
    }

    func run(in session: ClientSession) async throws -> Int32 {
        if watch {
            guard session.terminal.isTerminal else {
                throw VerbError.usage("--watch needs a terminal; use 'taskdeck events' for a pipe or a file")
            }
            try await WatchedList(session, filter, last: last).run()
            return ExitStatus.success
        }
        let body = try await session.client.listBody(query, .summary)
        if quiet {
            try session.print(lines: try TaskLookup.ids(in: body).suffix(last ?? .max).map(\.description))
        } else if json.isOn {
            try session.print(json: try shortened(body))
        } else {
            let list = try TaskClient.decode(TaskTable.self, from: body, keeping: TaskTable.members)
            let records = list.tasks.suffix(last ?? .max)
            try session.print(lines: TaskListText.lines(Array(records), session.terminal, at: ServiceClock().now.wall))
        }
        return ExitStatus.success
    }

    private var query: TaskQuery { TaskQuery(states: filter.status, type: filter.type) }

    /// The list with the newest tasks only.
    private func shortened(_ body: [UInt8]) throws(TaskError) -> [UInt8] {
        guard let last else { return body }
        let list = try TaskClient.decode(JSONValue.self, from: body)
        let tasks: [JSONValue] = try TaskClient.member("tasks", of: list)
        var members = list.members ?? [:]
        members["tasks"] = .array(tasks.suffix(last))
        return JSONCoding.encode(JSONValue.object(members))
    }
}
