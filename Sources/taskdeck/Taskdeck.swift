import ArgumentParser
import Glibc
import NIOCore
import NIOPosix
import SystemPackage
import TaskModel
import TaskSupervisor
import Terminal

/// The supervisor with all that belongs to it.
@main
struct Taskdeck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "taskdeck",
        abstract: "Runs long tasks, each in a process of its own, and serves them as a REST API.",
        version: "taskdeck \(taskdeckVersion)")

    @OptionGroup var options: Options

    /// Sets up the process and leaves its first thread to the signals.
    static func main() {
        openStandardStreams()
        TerminalThread.addSignalStackToCurrentThread()
        raiseFileLimit()
        SignalDisposition.ignoreMeaningless()
        // Orphans that a worker leaves behind come to this process, and others in a container.
        Children.shared.beginReaping()
        do {
            let command = try Taskdeck.parse(ProgramArguments.read())
            try DescriptorLimit.check()
            let requests = try EndRequests()
            // The only one: what needs an event loop is given it.
            let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            Task(executorPreference: EventLoopExecutor(on: eventLoops.next())) {
                do {
                    try await command.options.serve(until: requests, on: eventLoops)
                } catch {
                    end(error)
                }
                exit()
            }
            requests.watch()
        } catch {
            end(error)
        }
    }

    private static func end(_ error: any Error) -> Never {
        if let error = error as? StartError {
            if error.isLogged { exit(withError: error.exitCode) }
            end("taskdeck: \(error)", error.exitCode)
        }
        let code = exitCode(for: error)
        if code.isSuccess {
            print(fullMessage(for: error))
            exit()
        }
        let message = message(for: error).split(separator: "\n").joined(separator: " ")
        end("taskdeck: \(message) (see 'taskdeck --help')", code)
    }

    /// Gives the standard streams that were closed by whoever started this something to be.
    ///
    /// Otherwise the next socket would get the number of, say, standard error, and the log with it.
    private static func openStandardStreams() {
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
            // Takes the lowest number that is free, which is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// Takes as many descriptors as may be had: every worker needs four, every client one.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func end(_ message: String, _ code: ExitCode) -> Never {
        // Without standard error there is nobody to tell.
        _ = try? FileDescriptor.standardError.writeAll((PlainText.visible(message) + "\n").utf8)
        exit(withError: code)
    }
}

/// Why the service could not start, or go on, or end as it should, in one line.
struct StartError: Error, CustomStringConvertible {
    let description: String
    let exitCode: ExitCode
    /// Whether standard error has it already, by the log.
    var isLogged = false

    static func usage(_ description: String) -> StartError {
        StartError(description: description, exitCode: .validationFailure)
    }

    static func environment(_ description: String, isLogged: Bool = false) -> StartError {
        StartError(description: description, exitCode: .failure, isLogged: isLogged)
    }
}
