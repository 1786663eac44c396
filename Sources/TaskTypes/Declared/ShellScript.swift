import JSON

/// Scripts among the arguments of a command.
///
/// A value in a script is not an argument: the shell would run what it contains.
package enum ShellScript {
    private static let shells: Set<Substring> = [
        "sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "fish", "csh", "tcsh",
    ]

    /// The positions of arguments that a shell runs: those after `-c`.
    package static func positions(in arguments: [String]) -> [Int] {
        arguments.indices.compactMap { position in
            guard let name = arguments[position].parts(separatedBy: "/").last, shells.contains(name) else { return nil }
            var next = position + 1
            var runsScript = false
            while next < arguments.endIndex, let sign = arguments[next].utf8.first,
                sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
            {
                // Options of several letters, as in `-euxc`, are no long ones.
                runsScript =
                    runsScript
                    || arguments[next].hasBytePrefix("-")
                        && !arguments[next].hasBytePrefix("--") && arguments[next].utf8.contains(UInt8(ascii: "c"))
                next += 1
            }
            return runsScript && next < arguments.endIndex ? next : nil
        }
    }
}
