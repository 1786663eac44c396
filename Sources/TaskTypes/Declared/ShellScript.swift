import JSON

/// Code among the arguments of a command.
///
/// A value in code is not an argument: what it contains would run.
package enum ShellScript {
    private static let shells: Set<Substring> = [
        "sh", "bash", "rbash", "dash", "zsh", "ksh", "mksh", "ash", "fish", "csh", "tcsh",
    ]

    /// An option after which a program expects code.
    private struct CodeOption {
        /// The letters that stand for it.
        let letters: String
        /// How many arguments that are no options may precede it.
        var operands = 0
    }

    private static let codeOptions: [Substring: CodeOption] = [
        "su": CodeOption(letters: "c", operands: 1), "runuser": CodeOption(letters: "c", operands: 1),
        "flock": CodeOption(letters: "c", operands: 1), "script": CodeOption(letters: "c", operands: 1),
        "env": CodeOption(letters: "S"), "python": CodeOption(letters: "c"), "python3": CodeOption(letters: "c"),
        "perl": CodeOption(letters: "eE"), "ruby": CodeOption(letters: "e"), "node": CodeOption(letters: "ep"),
        "php": CodeOption(letters: "r"), "lua": CodeOption(letters: "e"),
    ]

    /// The positions of arguments that are code: a shell's options and what it runs, a text after `-c` or a file, and
    /// what other interpreters run by an option.
    package static func positions(in arguments: [String]) -> [Int] {
        var positions: Set<Int> = []
        for position in arguments.indices {
            guard let name = arguments[position].parts(separatedBy: "/").last else { continue }
            if shells.contains(name) {
                // What follows is the script's.
                return positions.union(shellPositions(in: arguments, after: position)).sorted()
            } else if let option = codeOptions[name] {
                positions.formUnion(codePositions(in: arguments, after: position, option))
            }
        }
        return positions.sorted()
    }

    private static func shellPositions(in arguments: [String], after shell: Int) -> Range<Int> {
        var next = shell + 1
        while next < arguments.endIndex, let sign = arguments[next].utf8.first,
            sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
        {
            next += hasArgument(arguments[next]) ? 2 : 1
        }
        return shell + 1..<min(next + 1, arguments.endIndex)
    }

    /// Whether the argument of a shell's option follows it: `-o pipefail`, `-euo pipefail`, `-O extglob`, `--rcfile FILE`.
    private static func hasArgument(_ option: String) -> Bool {
        if option.hasBytePrefix("--") { return ["--rcfile", "--init-file"].contains(option) }
        return option.utf8.contains(UInt8(ascii: "o")) || option.utf8.contains(UInt8(ascii: "O"))
    }

    private static func codePositions(in arguments: [String], after program: Int, _ option: CodeOption) -> [Int] {
        var operands = 0
        for position in arguments.indices[(program + 1)...] {
            let argument = arguments[position]
            guard argument.hasBytePrefix("-") else {
                operands += 1
                if operands > option.operands { return [] }
                continue
            }
            // Code may be in the same argument, too.
            if !argument.hasBytePrefix("--"), argument.utf8.contains(where: option.letters.utf8.contains) {
                return [position, position + 1].filter(arguments.indices.contains)
            }
        }
        return []
    }
}
