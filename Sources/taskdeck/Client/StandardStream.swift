import Glibc
import SystemPackage
import TaskModel

/// Standard output or standard error of a verb.
enum StandardStream: Sendable {
    case output
    case error

    private var descriptor: FileDescriptor {
        switch self {
        case .output: .standardOutput
        case .error: .standardError
        }
    }

    var name: String {
        switch self {
        case .output: "standard output"
        case .error: "standard error"
        }
    }

    /// Writes bytes as they are.
    ///
    /// - Throws: ``StreamFailure``.
    func write(_ bytes: some Sequence<UInt8>) throws(StreamFailure) {
        do {
            try descriptor.writeAllWaiting(bytes)
        } catch let error as Errno {
            throw StreamFailure(isReaderGone: error == .brokenPipe, reason: "\(error)", stream: self)
        } catch {
            throw StreamFailure(isReaderGone: false, reason: "\(error)", stream: self)
        }
    }

    /// Writes a line; its text may contain anything, control characters are escaped.
    func writeLine(_ text: String) throws(StreamFailure) { try write((PlainText.visible(text) + "\n").utf8) }

    /// Writes a line on standard error, where failures have nowhere to be reported.
    static func report(_ message: String) { try? error.writeLine("taskdeck: \(message)") }

    var isTerminal: Bool { isatty(descriptor.rawValue) == 1 }
}

/// Why a stream cannot be written.
struct StreamFailure: Error {
    /// The other end of the pipe is closed, as by `head`.
    let isReaderGone: Bool
    let reason: String
    let stream: StandardStream

    /// Ends the process as the kernel ends programs that do not expect this.
    ///
    /// SIGPIPE is ignored by SwiftNIO.
    static func endForMissingReader() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        exit(ExitStatus.signal(SIGPIPE))
    }
}
