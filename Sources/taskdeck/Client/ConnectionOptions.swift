import ArgumentParser
import Glibc
import SystemPackage
import TaskClient
import TaskModel

/// The options with which clients find the service.
struct ConnectionOptions: ParsableArguments, Sendable {
    @Option(
        help:
            "The service: http://HOST:PORT, https://HOST:PORT or unix:PATH. (default: the variable TASKDECK_URL, or else the socket in the state directory)"
    )
    var url: String?

    @Option(
        help: "The service's state directory. (default: that of the service)",
        completion: .directory)
    var state: String?

    @Option(
        help: "A file with the token to send. (default: the variable TASKDECK_TOKEN, if set)", completion: .file())
    var tokenFile: String?

    func validate() throws {
        guard state != "" else { throw ValidationError("--state must not be empty") }
        guard url == nil || state == nil else {
            throw ValidationError("--url and --state both name a service; use one of them")
        }
        if let url, ServiceAddress(url) == nil { throw ValidationError(Self.malformed(url, "--url")) }
    }

    /// Where the service is; its path is short enough for a socket.
    ///
    /// - Throws: ``StartError``.
    func address() throws(StartError) -> ServiceAddress {
        if let url = url ?? (state == nil ? ShellTerminal.variable("TASKDECK_URL") : nil), !url.isEmpty {
            guard let address = ServiceAddress(url) else { throw .usage(Self.malformed(url, "TASKDECK_URL")) }
            return address
        }
        let directory = state == nil ? try Self.configuredDirectory() : try ServerOptions.statePath(state)
        return .socket(directory.appending("api.sock").string)
    }

    /// The state directory of a service that is started without flags.
    ///
    /// A configuration file with problems names none: 'taskdeck reload' shows them.
    private static func configuredDirectory() throws(StartError) -> FilePath {
        // Parsing the service's flags takes a client as long as parsing its own.
        guard let path = try? ServerOptions.standardConfigurationPath(), access(path.string, F_OK) == 0,
            let options = try? ServerOptions.parse([]),
            let configured = try? ConfiguredOptions(options, arguments: []).options
        else { return try ServerOptions.statePath(nil) }
        return try configured.statePath()
    }

    /// The token to send; `nil` for none.
    ///
    /// - Throws: ``StartError`` when the file cannot be read or contains no token.
    func token() throws(StartError) -> AccessToken? {
        if let tokenFile { return try TokenFile.read(tokenFile) }
        guard let text = ShellTerminal.variable("TASKDECK_TOKEN") else { return nil }
        return try TokenFile.token(text, from: "TASKDECK_TOKEN")
    }

    private static func malformed(_ url: String, _ source: String) -> String {
        "\(source) must be http://HOST:PORT, https://HOST:PORT or unix:PATH, not '\(url)'"
    }
}

/// How long clients wait for an answer.
struct AnswerTimeout: ParsableArguments, Sendable {
    static let standard = Duration.seconds(30)

    @Option(
        name: .customLong("timeout"), parsing: .unconditional,
        help: "Seconds to wait for an answer; the end of a task may take longer. (default: 30)",
        transform: Self.seconds)
    var limit: Duration = standard

    static func seconds(_ text: String) throws -> Duration {
        guard let seconds = Double(text), (0.001...86_400).contains(seconds) else {
            throw ValidationError("it must be a number of seconds between 0.001 and 86400")
        }
        return .milliseconds(Int64((seconds * 1000).rounded()))
    }
}

/// Whether to print JSON.
struct JSONOption: ParsableArguments, Sendable {
    @Flag(name: .customLong("json"), help: "Print what the API answers.")
    var isOn = false
}
