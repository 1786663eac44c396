import Dashboard
import Glibc

/// What shells offer where a program and its arguments stand: names of programs, then of files.
enum ProgramCompletion {
    /// - Parameters:
    ///   - words: the command line.
    ///   - word: what has been typed of the word.
    static func words(_ words: [String], _ word: String) -> [String] {
        let arguments = words.drop { $0 != "--" }.dropFirst()
        // With the one that is being typed.
        guard arguments.count <= 1, !word.contains("/") else { return files(word) }
        return programs(word)
    }

    private static func programs(_ beginning: String) -> [String] {
        let directories = (ShellTerminal.variable("PATH") ?? "").split(separator: ":")
        let names = directories.flatMap { directory in
            PathCompleter.names(in: "\(directory)/").filter { name in
                name.hasPrefix(beginning) && !name.hasSuffix("/") && access("\(directory)/\(name)", X_OK) == 0
            }
        }
        return Set(names).sorted()
    }

    private static func files(_ path: String) -> [String] {
        let directory = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let beginning = path[directory.endIndex...]
        return PathCompleter.names(in: directory.isEmpty ? "./" : String(directory))
            .filter { $0.hasPrefix(beginning) && ($0.hasPrefix(".") == beginning.hasPrefix(".")) }
            .map { directory + $0 }.sorted()
    }
}
