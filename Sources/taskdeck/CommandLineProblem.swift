import ArgumentParser
import TaskModel

/// A mistake on the command line, in one line with what would be right.
struct CommandLineProblem {
    /// Without the program's name.
    let arguments: [String]

    /// The name of the verb; `nil` for the service without its verb.
    private var verb: String? { arguments.first.flatMap { Root.verbNames.contains($0) ? $0 : nil } }

    /// Whether the help of the program as a whole is requested.
    var isRequestForHelp: Bool {
        if arguments == ["help"] { return true }
        guard verb == nil, let first = arguments.first, first.hasPrefix("-") else { return false }
        return arguments.prefix { $0 != "--" }.contains { ["-h", "--help"].contains($0) }
    }

    /// The line for an error of the parser.
    func message(for error: any Error) -> String {
        let text = Root.message(for: error).split(separator: "\n").joined(separator: " ")
        if let better = misplacedVerb ?? unknownVerb { return better }
        let help = ["taskdeck", verb, "--help"].compactMap(\.self).joined(separator: " ")
        return "\(text) (see '\(help)')"
    }

    /// `taskdeck --state D ls`: options before the verb.
    private var misplacedVerb: String? {
        guard verb == nil, arguments.first?.hasPrefix("-") == true,
            let index = arguments.firstIndex(where: { Root.verbNames.contains($0) })
        else { return nil }
        let rest = arguments[..<index] + arguments[(index + 1)...]
        let right = (["taskdeck", arguments[index]] + rest).map(Self.quoted).joined(separator: " ")
        return "the verb comes first: \(right)"
    }

    private var unknownVerb: String? {
        guard verb == nil, let first = arguments.first, !first.hasPrefix("-") else { return nil }
        return "'\(first)' is no verb" + NearestName.question(first, among: Root.verbNames)
            + " (see 'taskdeck --help')"
    }

    private static func quoted(_ text: String) -> String {
        let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+".utf8
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { plain.contains($0) }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
