import ArgumentParser
import Glibc
import ServiceConfiguration
import SystemPackage

/// The program: parses the command line, then runs the command.
///
/// What a command needs of the process, such as signal handlers, it sets up itself, once the command line is valid.
@main
enum Taskdeck {
    static func main() {
        openStandardStreams()
        do {
            try run(try ProgramArguments.read())
            exit()
        } catch {
            exit(after: error)
        }
    }

    private static func run(_ arguments: [String]) throws {
        let line = CommandLineProblem(arguments: arguments)
        if line.isRequestForHelp { return print(Root.help) }
        var command: any ParsableCommand
        do {
            command = try Root.command(of: Priority.readable(arguments))
        } catch {
            guard !Root.exitCode(for: error).isSuccess else { throw error }
            throw StartError.usage(line.message(for: error))
        }
        try command.run()
    }

    static func exit() -> Never { Root.exit() }

    static func exit(with status: Int32) -> Never { Root.exit(withError: ExitCode(status)) }

    /// Ends the process with the exit code for an error, after one line on standard error; help and version go to standard
    /// output.
    static func exit(after error: any Error) -> Never {
        switch error {
        case let error as ConfigurationError:
            // Each line names its file, as compilers do.
            try? FileDescriptor.standardError.writeAllWaiting((error.description + "\n").utf8)
            exit(with: ExitStatus.usage)
        case let error as StartError:
            if !error.isLogged { StandardStream.report(error.description) }
            exit(with: error.exitCode.rawValue)
        case let error as VerbError:
            if let message = error.message { StandardStream.report(message) }
            exit(with: error.status)
        case let error as StreamFailure:
            if error.isReaderGone { StreamFailure.endForMissingReader() }
            StandardStream.report("\(error.stream.name) cannot be written: \(error.reason)")
            exit(with: ExitStatus.failure)
        default:
            if Root.exitCode(for: error).isSuccess {
                print(Root.fullMessage(for: error))
                exit()
            }
            let message = Root.message(for: error).split(separator: "\n").joined(separator: " ")
            StandardStream.report(message)
            exit(with: Root.exitCode(for: error).rawValue)
        }
    }

    /// Opens `/dev/null` in place of standard streams that the parent process has closed.
    ///
    /// Otherwise the next socket would get the number of, say, standard error, and the log with it.
    private static func openStandardStreams() {
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
            // open(2) returns the lowest free number, which is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }
}
