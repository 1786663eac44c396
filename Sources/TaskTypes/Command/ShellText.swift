import JSON
import TaskModel

/// Arguments as they are typed in a shell.
enum ShellText {
    /// The arguments in one line, quoted where necessary.
    ///
    /// - Parameter limit: The maximum length in code points; the rest is replaced by `…`.
    static func line(_ arguments: [String], atMost limit: Int) -> String {
        var line = ""
        for (index, argument) in arguments.enumerated() {
            if index > 0 { line += " " }
            // A line that is too long is cut anyway; arguments may be large.
            line += quoted(String(argument.unicodeScalars.prefix(limit + 1)), isFirst: index == 0)
            if line.unicodeScalars.count > limit { break }
        }
        return TitleText.line(line, atMost: limit)
    }

    private static func quoted(_ argument: String, isFirst: Bool) -> String {
        guard argument.isEmpty || !argument.unicodeScalars.allSatisfy({ isPlain($0, isFirst: isFirst) }) else {
            return argument
        }
        return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// Whether a shell takes the code point literally; in the first word, `=` would set a variable.
    private static func isPlain(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "@", "%", "+", ":", ",", ".", "/", "-": true
        case "=": !isFirst
        default: scalar.value > 0x7F && scalar.properties.isAlphabetic
        }
    }
}
