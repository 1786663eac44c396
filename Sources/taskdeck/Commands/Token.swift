import ArgumentParser
import SystemPackage
import TaskModel

/// Prints the token with which commands are accepted over TCP.
struct Token: ParsableCommand {
    /// The first argument of the program.
    static let verb = "token"

    static let configuration = CommandConfiguration(
        commandName: "taskdeck \(verb)",
        abstract: "Prints the token that the service has made for clients that submit commands over TCP.")

    @Option(
        help: "The service's state directory. (default: $XDG_STATE_HOME/taskdeck, or ~/.local/state/taskdeck)",
        completion: .directory)
    var state: String?

    func validate() throws {
        guard state != "" else { throw ValidationError("--state must not be empty") }
    }

    func run() throws {
        let token = GeneratedToken(in: try ServerOptions.statePath(state))
        guard let secret = try token.read()?.secret else {
            throw StartError.environment(
                "there is no token at '\(token.path)'; a service that has no --token-file makes it when it starts")
        }
        try FileDescriptor.standardOutput.writeAll((secret + "\n").utf8)
    }
}
