import Glibc

/// The reason for which a program does not run.
package enum ProgramError: Error, Sendable, Hashable {
    /// The program cannot be executed. With the name as it was given, and the number of the error, see errno(3).
    case cannotRun(String, Int32)
    /// The program is there, but not the interpreter that it names.
    case noInterpreter(String)
    /// The working directory cannot be entered.
    case cannotEnter(String, Int32)
    /// The system has no room for another process, or for what one needs. It may have some later.
    case noRoom(Int32)
}

extension ProgramError {
    /// Whether the same program may run later.
    package var mayPass: Bool { if case .noRoom = self { true } else { false } }
}

extension ProgramError: CustomStringConvertible {
    /// `cannot run 'x': no such file`.
    package var description: String {
        switch self {
        case .cannotRun(let name, let error): "cannot run '\(name)': \(Self.reason(error))"
        case .noInterpreter(let name): "cannot run '\(name)': no such interpreter as it names"
        case .cannotEnter(let path, let error):
            "cannot run in '\(path)': \(error == ENOENT ? "no such directory" : Self.reason(error))"
        case .noRoom(let error): "cannot start a process: \(Self.reason(error))"
        }
    }

    private static func reason(_ error: Int32) -> String {
        switch error {
        case ENOENT: "no such file"
        case EISDIR: "a directory"
        case EACCES: "permission denied"
        case ENOTDIR: "not a directory"
        case ENOEXEC: "not a program"
        case E2BIG: "arguments and environment are too long"
        default: String(cString: strerror(error))
        }
    }
}
