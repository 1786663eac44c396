import ArgumentParser
import Logging
import SystemPackage
import TaskModel

/// The command line.
struct Options: ParsableArguments {
    @Flag(help: "Run without the dashboard. (default: off)")
    var noUi = false

    @Option(help: "The address to listen on; one that is not this machine's own needs a token.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes any free one.")
    var port = 8000

    @Option(
        help:
            "The least important records that are logged: trace, debug, info, notice, warning, error, critical. (default: info)",
        transform: level)
    var logLevel: Logger.Level = .info

    @Option(help: "A file to append the log to, besides standard error. (default: none)", completion: .file())
    var logFile: String?

    @Option(help: "Seconds between two dumps of all tasks to the log.")
    var statusInterval = 10.0

    @Option(help: "Seconds that a task may take to stop by itself before it is ended by signals.")
    var grace = 5.0

    @Option(help: "How many finished tasks are kept, the last ones; 0 keeps all.")
    var keep = 10_000

    @Option(
        help: "A file with a token that clients must send. (default: the variable TASKDECK_TOKEN, if set)",
        completion: .file())
    var tokenFile: String?

    @Option(help: "The worker program. (default: taskdeck-worker beside this program)", completion: .file())
    var worker: String?

    func validate() throws {
        guard !host.isEmpty else { throw ValidationError("--host must not be empty") }
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port must be between 0 and 65535, not \(port)")
        }
        guard (0.001...86_400).contains(statusInterval) else {
            throw ValidationError("--status-interval must be between 0.001 and 86400 seconds, not \(statusInterval)")
        }
        guard (0...86_400).contains(grace) else {
            throw ValidationError("--grace must be between 0 and 86400 seconds, not \(grace)")
        }
        guard keep >= 0 else { throw ValidationError("--keep must not be negative, but is \(keep)") }
    }

    private static func level(_ name: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: name.lowercased()) else {
            throw ValidationError("it must be trace, debug, info, notice, warning, error or critical")
        }
        return level
    }
}
