import ArgumentParser
import Glibc
import ServiceConfiguration
import SystemPackage
import TaskTypes

/// The flags of the command line and of the configuration file, and the types that it declares.
struct ConfiguredOptions {
    let options: ServerOptions
    let types: [DeclaredType]
    let source: ConfigurationSource

    /// Reads the configuration file.
    ///
    /// Flags of the command line and the environment override those of the file.
    ///
    /// - Parameters:
    ///   - options: The flags of the command line.
    ///   - arguments: The command line they come from, without the program's name.
    /// - Throws: ``ConfigurationError`` for a file with problems, ``StartError`` for one that cannot be read.
    init(_ options: ServerOptions, arguments: [String]) throws {
        source = try options.configurationSource()
        let configuration = try source.read()
        types = configuration.types
        guard !configuration.flags.isEmpty else {
            self.options = options
            return
        }
        try Self.validate(configuration.flags, in: source.path?.string ?? "")
        let overridden = Self.overridden(by: arguments)
        let given = configuration.flags.filter { !overridden.contains($0.name) }.flatMap(\.arguments)
        self.options = try ServerOptions.parse(given + arguments)
    }

    /// Flags that exclude each other: one on the command line overrides the other in the file.
    private static let exclusive = ["ephemeral": "state", "state": "ephemeral"]

    /// The names of flags whose value in a file does not count.
    private static func overridden(by arguments: [String]) -> Set<String> {
        let words = arguments.filter { $0.hasPrefix("--") }.map { $0.dropFirst(2).prefix { $0 != "=" } }
        var names = Set(words.map(String.init))
        for name in names { if let other = exclusive[name] { names.insert(other) } }
        if getenv("TASKDECK_TOKEN") != nil { names.insert("token-file") }
        return names
    }

    /// Parses every flag alone, and then all, so that each problem has its place in the file.
    private static func validate(_ flags: [ConfiguredFlag], in file: String) throws(ConfigurationError) {
        var problems = flags.compactMap { flag in problem(of: flag.arguments, at: flag.position) }
        if problems.isEmpty, let last = flags.last {
            problems += [problem(of: flags.flatMap(\.arguments), at: last.position)].compactMap(\.self)
        }
        guard problems.isEmpty else { throw ConfigurationError(file: file, problems: problems) }
    }

    private static func problem(of arguments: [String], at position: Position) -> ConfigurationError.Problem? {
        do {
            _ = try ServerOptions.parse(arguments)
            return nil
        } catch {
            let message = ServerOptions.message(for: error).split(separator: "\n").joined(separator: " ")
            return ConfigurationError.Problem(position, message)
        }
    }
}
