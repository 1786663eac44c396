import ArgumentParser
import JSON
import TaskClient
import TaskModel

/// Adds a task to the queue.
struct Add: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds a task to the queue, and prints its id.",
        usage: """
            taskdeck add [OPTIONS] -- PROGRAM [ARGUMENT…]
            taskdeck add [OPTIONS] --type TYPE [--field NAME=VALUE]…
            """,
        discussion: """
            A program runs in this directory and with this environment, unless --clean-env leaves both out. 'taskdeck \
            types' shows the other types of tasks and their fields.

            EXAMPLES:
              taskdeck add -- make -j4
              taskdeck add -t process_data -f 'items=["a", "b"]' -f delay=20
              taskdeck add --name nightly --at 'tomorrow 06:00' --retries 3 -- ./backup.sh
              taskdeck wait $(taskdeck add -- sleep 2)
            """)

    @Option(
        name: [.customShort("t"), .customLong("type")], help: "The type of the task. (default: command)",
        completion: .taskTypes)
    var type: String?

    @Option(
        name: [.customShort("f"), .customLong("field")],
        help: "A field of the type: NAME=VALUE; repeat it for the elements of a list.")
    var field: [String] = []

    @Flag(help: "Show the output and the progress, and end with the task, as 'run' does.")
    var follow = false

    @OptionGroup var json: JSONOption
    @OptionGroup(title: "Task") var submission: SubmissionOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    @Argument(parsing: .postTerminator, help: "The program and its arguments.", completion: .programs)
    var program: [String] = []

    var handledSignals: [CInt] { follow ? VerbSignals.endings : [] }

    private var isCommand: Bool { type?.hasSameBytes(as: TaskDraft.commandType) ?? true }

    func validate() throws {
        if let type, !isCommand, !program.isEmpty {
            throw ValidationError("tasks of the type '\(type)' run no program of yours; give fields with -f NAME=VALUE")
        }
        if isCommand, program.isEmpty {
            throw ValidationError(
                "give a program behind '--', or a type with -t TYPE and its fields with -f NAME=VALUE")
        }
        if isCommand, !field.isEmpty {
            throw ValidationError("-f is for the fields of other types; a program takes its arguments behind '--'")
        }
    }

    func run(in session: ClientSession) async throws -> Int32 {
        let draft = try await draft(session)
        if follow {
            return try await TaskSubmission(session).follow { try await create(draft, session) }
        }
        _ = try await create(draft, session)
        return ExitStatus.success
    }

    /// Adds the task, and prints it.
    private func create(_ draft: TaskDraft, _ session: ClientSession) async throws -> TaskID {
        let answer = try await session.client.submission(of: draft, key: submission.key)
        let id = try TaskClient.record(from: answer.body).id
        if json.isOn {
            try session.print(json: answer.body)
        } else {
            try session.print("\(id)")
        }
        return id
    }

    private func draft(_ session: ClientSession) async throws -> TaskDraft {
        guard let type, !isCommand else { return try submission.command(program) }
        let fields = try FieldArguments(field)
        // Without fields there are no kinds to be known.
        let types = fields.values.isEmpty ? [] : try await session.client.taskTypes()
        return try submission.task(type, fields.members(for: types.first { $0.name.hasSameBytes(as: type) }))
    }
}
