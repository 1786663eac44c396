import ArgumentParser
import Glibc
import SystemPackage
import TaskAPI

import struct NIOCore.IOError

/// Why the service could not start, go on, or end as it should, in one line.
struct StartError: Error, CustomStringConvertible {
    let description: String
    let exitCode: ExitCode
    /// Whether the log has written it to standard error already.
    var isLogged = false

    static func usage(_ description: String) -> StartError {
        StartError(description: description, exitCode: .validationFailure)
    }

    static func environment(_ description: String, isLogged: Bool = false) -> StartError {
        StartError(description: description, exitCode: .failure, isLogged: isLogged)
    }

    /// An error of a part that serves, by default that of the API's socket.
    static func serving(on host: String, _ port: Int, _ error: any Error) -> StartError {
        switch error {
        case let error as StartError: error
        case let error as LocalSocketUnusable: .environment("\(error)")
        case let error as IOError where error.errnoCode == EADDRINUSE:
            .environment(
                "\(host):\(port) is already in use, perhaps by another taskdeck; choose another --port, or 0 for any")
        case let error as IOError:
            .environment("cannot serve on \(host):\(port): \(reason(error.errnoCode))")
        default: .environment("cannot serve on \(host):\(port): \(error)")
        }
    }

    private static func reason(_ number: CInt) -> String {
        switch number {
        case EADDRNOTAVAIL: "address not available on this machine"
        case EACCES: "this port needs more rights"
        default: Errno(rawValue: number).description
        }
    }
}
