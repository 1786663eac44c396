/// The end of a worker's process group.
package struct WorkerEnd: Sendable, Hashable {
    package enum Status: Sendable, Hashable {
        case exited(code: Int32)
        case signaled(number: Int32, name: String)

        /// EX_OSERR of sysexits.h: the system is out of a resource that the worker needs.
        static let resourcesExhausted = Status.exited(code: 71)
    }

    package let status: Status
    /// Processes reaped, the worker itself included.
    package let reaped: Int
    /// Processes of its program that could not be killed, `123 (name)`.
    package var remaining: [String]

    package init(status: Status, reaped: Int, remaining: [String] = []) {
        self.status = status
        self.reaped = reaped
        self.remaining = remaining
    }
}

extension WorkerEnd {
    /// A part of an error that names the processes that remain; empty if none do.
    var remainder: String {
        remaining.isEmpty ? "" : "; processes that could not be killed: \(remaining.joined(separator: ", "))"
    }
}

extension WorkerEnd.Status: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exited(let code): "exited with code \(code)"
        case .signaled(let number, let name): "was ended by signal \(number) (\(name))"
        }
    }
}
