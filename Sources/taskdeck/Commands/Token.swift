import ArgumentParser
import SystemPackage
import TaskModel

/// Prints the token with which commands are accepted over TCP.
struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Prints the token that the service has made for clients that submit commands over TCP.",
        discussion: """
            EXAMPLES:
              curl -H "Authorization: Bearer $(taskdeck token)" localhost:8000/tasks
            """)

    @Option(
        help: "The service's state directory. (default: that of the configuration file, else that of the service)",
        completion: .directory)
    var state: String?

    @Option(
        help: "The service's configuration file. (default: that of the service)",
        completion: .file())
    var config: String?

    func validate() throws {
        guard state != "" else { throw ValidationError("--state must not be empty") }
        guard config != "" else { throw ValidationError("--config must not be empty") }
    }

    func run() throws {
        try StandardStream.output.write((try token().secret + "\n").utf8)
    }

    private func token() throws -> AccessToken {
        guard let state else { return try configuredToken() }
        return try Self.generatedToken(in: try ServerOptions.statePath(state))
    }

    /// The token of a service that is started without flags but this command's.
    private func configuredToken() throws -> AccessToken {
        let arguments = config.map { ["--config", $0] } ?? []
        let options = try ConfiguredOptions(try ServerOptions.parse(arguments), arguments: arguments).options
        if let tokenFile = options.tokenFile { return try TokenFile.read(tokenFile) }
        guard !options.ephemeral else {
            throw StartError.environment(
                "an ephemeral service has its token in a directory that its log names; choose that with --state")
        }
        return try Self.generatedToken(in: try options.statePath())
    }

    private static func generatedToken(in directory: FilePath) throws -> AccessToken {
        let generated = GeneratedToken(in: directory)
        guard let token = try generated.read() else {
            throw StartError.environment(
                "there is no token at '\(generated.path)'; a service that has no --token-file makes it when it starts")
        }
        return token
    }
}
