import JSON
import TaskModel

/// The task type `command`, which runs any program.
struct Command {
    static let summary = "Runs a program."

    /// The maximum size of the text on standard input, in bytes: 512 KiB.
    static let inputLimit = 524_288

    let program: Program
    let title: String

    /// Reads the fields; `nil` if there are problems, which the reader records.
    init?(from fields: inout FieldReader, _ defaults: ProgramDefaults) {
        let line = fields.commandLine("command")
        let directory = fields.directory("cwd", default: defaults.directory)
        let environment = fields.environment("env")
        let input = fields.programInput("stdin", atMost: Self.inputLimit)
        let stopSignal = fields.stopSignal("stop_signal")
        let codes = fields.successCodes("success_codes")
        let progress = fields.progressRule("progress")
        guard let line, let directory, let environment, let stopSignal, let codes, let progress else { return nil }
        title = line.title
        program = Program(
            arguments: line.arguments, directory: directory,
            environment: defaults.environment.merging(environment) { _, given in given }, input: input,
            stopSignal: stopSignal, successCodes: codes, progress: progress)
    }

    /// The data without the values of environment variables, which may be secret.
    static func withoutSecrets(_ data: [JSONName: JSONValue]) -> [JSONName: JSONValue] {
        guard let variables = data["env"]?.members else { return data }
        var data = data
        data["env"] = .object(variables.mapValues { _ in .null })
        return data
    }
}

/// What a command runs: arguments, or a line for the shell.
enum CommandLine {
    case arguments([String])
    case shell(String)

    /// The arguments of the program, which is the shell for a line.
    var arguments: [String] {
        switch self {
        case .arguments(let arguments): arguments
        case .shell(let line): ["/bin/sh", "-c", line]
        }
    }

    /// The command as it would be typed.
    var title: String {
        switch self {
        case .arguments(let arguments): ShellText.line(arguments, atMost: TaskRecord.titleLimit)
        case .shell(let line): TitleText.line(line, atMost: TaskRecord.titleLimit)
        }
    }
}
