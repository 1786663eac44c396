import ArgumentParser
import Logging
import SystemPackage
import TaskSupervisor

/// The flags of the service.
struct ServerOptions: ParsableArguments {
    @Flag(help: "Run without the dashboard. (default: off)")
    var noUi = false

    @Option(help: "The address to listen on; one that other machines can reach needs a token.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 means any free one.")
    var port = 8000

    @Option(
        help:
            "The least severe records that are logged: trace, debug, info, notice, warning, error, critical. (default: info)",
        transform: level)
    var logLevel: Logger.Level = .info

    @Option(help: "A file to append the log to, besides standard error. (default: none)", completion: .file())
    var logFile: String?

    @Option(help: "Seconds between two dumps of all tasks to the log.")
    var statusInterval = 10.0

    @Option(help: "Seconds that a task may take to stop by itself before it is ended by signals.")
    var grace = 5.0

    @Option(
        help:
            "The number of tasks that may have a worker at the same time; 0 means no limit. (default: 4 per processor)")
    var maxRunning: Int?

    @Option(help: "The number of tasks that may be queued; more are refused. 0 means no limit.")
    var maxQueued = 1_000_000

    @Option(
        help: "The directory in which tasks are kept. (default: $XDG_STATE_HOME/taskdeck, or ~/.local/state/taskdeck)",
        completion: .directory)
    var state: String?

    @Flag(help: "Keep tasks in memory only; they are lost at the end. (default: off)")
    var ephemeral = false

    @Option(
        help: "What happens to tasks that had a worker when the service ended: fail or requeue. (default: fail)",
        transform: restartPolicy)
    var onRestart: RestartPolicy = .fail

    @Option(help: "The number of finished tasks to keep, the last ones; 0 keeps all.")
    var keep = 10_000

    @Option(
        help: "The most bytes kept of a program's output, with k, M or G for powers of 1024. (default: 16M)",
        transform: byteCount)
    var logLimit = ByteCount(count: ProgramLogs.defaultLimit)

    @Option(
        help: "A file with a token that clients must send. (default: the variable TASKDECK_TOKEN, if set)",
        completion: .file())
    var tokenFile: String?

    @Option(help: "The worker program. (default: taskdeck-worker beside this program)", completion: .file())
    var worker: String?

    @Option(help: "The number of idle workers that wait for tasks. (default: 1 per processor)")
    var warmWorkers: Int?

    @Option(
        help:
            "A file with task types and flags. (default: $XDG_CONFIG_HOME/taskdeck/config.yaml, or ~/.config/taskdeck/config.yaml)",
        completion: .file())
    var config: String?

    @Flag(help: "Check the configuration file, and end. (default: off)")
    var checkConfig = false

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
        guard maxRunning ?? 0 >= 0 else {
            throw ValidationError("--max-running must not be negative, but is \(maxRunning ?? 0)")
        }
        guard maxQueued >= 0 else { throw ValidationError("--max-queued must not be negative, but is \(maxQueued)") }
        guard (0...100).contains(warmWorkers ?? 0) else {
            throw ValidationError("--warm-workers must be between 0 and 100, not \(warmWorkers ?? 0)")
        }
        guard !ephemeral || state == nil else {
            throw ValidationError("--ephemeral keeps nothing on disk, and so has no use for --state")
        }
        guard config != "" else { throw ValidationError("--config must not be empty") }
        guard state != "" else { throw ValidationError("--state must not be empty") }
        guard keep >= 0 else { throw ValidationError("--keep must not be negative, but is \(keep)") }
    }

    private static func restartPolicy(_ name: String) throws -> RestartPolicy {
        guard let policy = RestartPolicy(rawValue: name) else {
            throw ValidationError("it must be fail or requeue")
        }
        return policy
    }

    private static func byteCount(_ text: String) throws -> ByteCount {
        guard let count = ByteCount(text), count.count >= ProgramLogs.minimumLimit else {
            throw ValidationError(
                "it must be a number of bytes, or of powers of 1024 with k, M or G, and at least "
                    + "\(ProgramLogs.minimumLimit >> 10)k")
        }
        return count
    }

    private static func level(_ name: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: name.lowercased()) else {
            throw ValidationError("it must be trace, debug, info, notice, warning, error or critical")
        }
        return level
    }
}
