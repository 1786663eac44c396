import ArgumentParser
import Glibc
import ServiceConfiguration
import SystemPackage
import TaskModel

/// The program: parses the command line, then runs the command.
///
/// What a command needs of the process, such as signal handlers, it sets up itself, once the command line is valid.
@main
enum Taskdeck {
    static func main() {
        openStandardStreams()
        do {
            let arguments = try ProgramArguments.read()
            if arguments.first == Token.verb {
                try Token.parse(Array(arguments.dropFirst())).run()
            } else {
                try Serve.parse(arguments).run()
            }
            exit()
        } catch {
            exit(after: error)
        }
    }

    static func exit() -> Never { Serve.exit() }

    /// Ends the process with the exit code for an error, after one line on standard error; help and version go to standard
    /// output.
    static func exit(after error: any Error) -> Never {
        if let error = error as? ConfigurationError {
            // Each line names its file, as compilers do.
            _ = try? FileDescriptor.standardError.writeAll((error.description + "\n").utf8)
            Serve.exit(withError: ExitCode.validationFailure)
        }
        if let error = error as? StartError {
            if error.isLogged { Serve.exit(withError: error.exitCode) }
            exit("taskdeck: \(error)", error.exitCode)
        }
        let code = Serve.exitCode(for: error)
        if code.isSuccess {
            print(Serve.fullMessage(for: error))
            exit()
        }
        let message = Serve.message(for: error).split(separator: "\n").joined(separator: " ")
        exit("taskdeck: \(message) (see 'taskdeck --help')", code)
    }

    private static func exit(_ message: String, _ code: ExitCode) -> Never {
        // Where standard error is closed there is nowhere to write to.
        _ = try? FileDescriptor.standardError.writeAll((PlainText.visible(message) + "\n").utf8)
        Serve.exit(withError: code)
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
