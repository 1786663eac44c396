import ArgumentParser
import JSON
import TaskClient
import TaskControl
import TaskModel

/// Prints what a task has written.
struct Logs: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Prints the output of a task.",
        discussion: """
            Colors are kept on a terminal and left out of pipes and files; --raw keeps all bytes there. Both of a \
            program's streams go to standard output. Ctrl-C ends this verb; the task goes on. With -f, the exit \
            code is 69 if the service has ended before the attempt.

            EXAMPLES:
              taskdeck logs A8Q4ZE
              taskdeck logs -f --tail 20 A8Q4ZE
              taskdeck logs --stream stderr --since 10m A8Q4ZE
              taskdeck logs --attempt 1 A8Q4ZE | less
              taskdeck logs --json A8Q4ZE
            """)

    @Argument(help: "The id of the task, whole or its last characters.", completion: .taskIDs)
    var id: String

    @Flag(name: .shortAndLong, help: "Go on until the task's attempt has ended.")
    var follow = false

    @Option(
        name: [.customShort("n"), .customLong("tail")], parsing: .unconditional,
        help: "Only the last lines, this many. (default: all)")
    var tail: Int?

    @Option(help: "Only what was written since: 30s, 5m, 2h, or a time of RFC 3339. (default: all)")
    var since: String?

    @Option(
        help: "Only one of the program's streams: stdout or stderr. (default: both)",
        completion: .list(["stdout", "stderr"]), transform: Self.stream)
    var stream: ProgramStream?

    @Option(parsing: .unconditional, help: "Which attempt, counted from 1. (default: the latest)")
    var attempt: Int?

    @Flag(help: "Print the bytes as they were written, where standard output is no terminal.")
    var raw = false

    @Flag(name: .customLong("json"), help: "Print a JSON object for each line, with its stream and its time.")
    var printsJSON = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        if raw, printsJSON { throw ValidationError("--raw and --json print different things; use one of them") }
        if let tail, tail < 0 { throw ValidationError("--tail must not be negative, but is \(tail)") }
        if let attempt, attempt < 1 { throw ValidationError("--attempt must be at least 1, not \(attempt)") }
    }

    private static func stream(_ name: String) throws -> ProgramStream {
        guard let stream = ProgramStream.allCases.first(where: { "\($0.name)" == name }) else {
            throw ValidationError("it must be stdout or stderr")
        }
        return stream
    }

    func run(in session: ClientSession) async throws -> Int32 {
        let id = try await TaskLookup.id(of: id, in: session)
        var request = LogRequest()
        request.stream = stream
        request.tail = tail
        request.since = since
        request.attempt = attempt
        request.follows = follow
        // Raw bytes would control the terminal.
        request.format = session.terminal.isTerminal || printsJSON ? .cri : raw ? .raw : .text
        do {
            try await print(id, request, session)
        } catch TaskError.remote(.problem(let problem))
            where request.format == .cri && problem.code.hasSameBytes(as: "invalid_parameter") && since == nil
        {
            // The log of built-in work has no times.
            request.format = .text
            try await print(id, request, session)
        }
        return ExitStatus.success
    }

    private func print(_ id: TaskID, _ request: LogRequest, _ session: ClientSession) async throws {
        var printer = OutputPrinter(mergesStreams: true)
        let body = try await session.client.log(of: id, request)
        if body.isTruncated, tail == nil { StandardStream.report("the oldest output of task \(id) has been dropped") }
        var log = LogLines(request)
        for try await part in body {
            if printsJSON {
                for line in log.append(part) { try session.print(json: JSONCoding.encode(line)) }
            } else if request.format == .cri {
                try printer.print(records: part)
            } else {
                try printer.print(text: part)
            }
        }
    }
}
