import ArgumentParser
import TaskModel

/// The program as a whole: the service with its dashboard, unless the first argument is a verb.
///
/// It has no options of its own: those before a verb would be options of the service.
struct Root: ParsableCommand {
    static var verbs: [any ParsableCommand.Type] {
        [
            Attach.self, Run.self, Add.self, Ls.self, Show.self, Logs.self, Wait.self, Pause.self, Resume.self,
            Stop.self, Kill.self,
            Retry.self, Priority.self, Queue.self, Events.self, Types.self, Health.self, Reload.self, Token.self,
        ]
    }

    static let configuration = CommandConfiguration(
        commandName: "taskdeck",
        abstract: "Runs long tasks, each in a process of its own, and serves them as a REST API.",
        version: "taskdeck \(taskdeckVersion)",
        subcommands: [Serve.self] + verbs,
        defaultSubcommand: Serve.self)

    /// The names of all verbs, as on the command line.
    static let verbNames = configuration.subcommands.compactMap { $0.configuration.commandName }

    /// The command that a command line names, with its options.
    ///
    /// It is parsed by itself, which takes half as long as in the tree of all; what is no valid line of it, such as a
    /// request for its help, is parsed again in the tree, which knows the names for messages.
    static func command(of arguments: [String]) throws -> any ParsableCommand {
        let name = arguments.first
        let named = configuration.subcommands.first { $0.configuration.commandName == name }
        let isService = named == nil && name?.hasPrefix("-") != false
        if let type = isService ? Serve.self : named,
            let command = try? type.parseAsRoot(Array(arguments.dropFirst(isService ? 0 : 1))),
            Swift.type(of: command) == type
        {
            return command
        }
        return try parseAsRoot(arguments)
    }

    /// All flags of the service, and all verbs.
    static var help: String {
        let names = verbs.map { $0.configuration.commandName ?? "" }
        let width = names.map(\.count).max() ?? 0
        let lines = zip(names, verbs).map { name, verb in
            "  \(name)\(String(repeating: " ", count: width - name.count))  \(verb.configuration.abstract)"
        }
        return helpMessage(for: Serve.self)
            + "\nVERBS:\n\(lines.joined(separator: "\n"))\n\n"
            + "  See 'taskdeck VERB --help' for the options of a verb, with examples, and\n"
            + "  'taskdeck --generate-completion-script bash' (zsh, fish) for completions.\n\n"
            + "EXIT CODES OF VERBS:\n"
            + "  0   done; the tasks have completed\n"
            + "  1   a task has failed; of 'run' and 'wait', the exit code of its program\n"
            + "  64  the command line, or what it submits, is wrong\n"
            + "  69  the service is not reached\n"
            + "  75  not now: try again\n"
            + "  77  not allowed: the token is missing or wrong"
    }
}
