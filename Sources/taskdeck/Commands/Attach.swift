import ArgumentParser
import Terminal

/// Shows the dashboard of a running service.
struct Attach: ClientVerb {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Shows the dashboard of a running service.",
        discussion: """
            Everything works as in the service's own dashboard. 'q' leaves it, and the service goes on; 'Q' asks to end the \
            service. Where the connection is lost, the last picture stays until there is another one.

            EXAMPLES:
              taskdeck attach
              taskdeck attach --state /var/lib/taskdeck
              taskdeck attach http://build.example:8000 --token-file ~/.config/taskdeck/token
              ssh -N -L /tmp/build.sock:/var/lib/taskdeck/api.sock build.example &
              taskdeck attach unix:/tmp/build.sock
            """)

    @Argument(help: "The service, as with --url.")
    var place: String?

    @OptionGroup(title: "Connection") var options: ConnectionOptions

    var connection: ConnectionOptions {
        var connection = options
        connection.url = place ?? options.url
        return connection
    }

    var handledSignals: [CInt] { VerbSignals.endings }

    func validate() throws {
        guard place == nil || options.url == nil else {
            throw ValidationError("the service is named twice, by '\(place ?? "")' and --url; use one of them")
        }
        try connection.validate()
    }

    func run(in session: ClientSession) async throws -> Int32 {
        do {
            try TerminalProbe.check()
        } catch {
            throw VerbError.usage(
                "the dashboard cannot be shown: \(error); 'taskdeck ls' and 'taskdeck events' need no such terminal")
        }
        return try await AttachedDashboard(session).run()
    }
}
