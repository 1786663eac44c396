import ArgumentParser
import TaskClient
import TaskModel

/// Runs a program as a task, and follows it to its end.
struct Run: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a program as a task, shows its output, and ends with its exit code.",
        usage: "taskdeck run [OPTIONS] -- PROGRAM [ARGUMENT…]",
        discussion: """
            The program runs in this directory and with this environment. Ctrl-C ends the task gracefully, pressed again \
            by force. If this verb is killed, or the connection is lost, the task goes on. If the service ends, the \
            exit code is 69, and the last line names the task.

            EXAMPLES:
              taskdeck run -- make -j4
              taskdeck run --name nightly --timeout 2h -- rsync -a /srv /backup
              taskdeck run -- sh -c 'sort big.txt | uniq -c > counts.txt'
            """)

    @OptionGroup(title: "Task") var submission: SubmissionOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    @Argument(parsing: .postTerminator, help: "The program and its arguments.", completion: .programs)
    var program: [String] = []

    var handledSignals: [CInt] { VerbSignals.endings }

    func validate() throws {
        if program.isEmpty {
            throw ValidationError("give the program behind '--': taskdeck run -- PROGRAM [ARGUMENT…]")
        }
    }

    func run(in session: ClientSession) async throws -> Int32 {
        let draft = try submission.command(program)
        return try await TaskSubmission(session).follow {
            let answer = try await session.client.submission(of: draft, key: submission.key)
            return try TaskClient.record(from: answer.body).id
        }
    }
}
