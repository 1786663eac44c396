/// Why a worker has no assignment.
enum AssignmentError: Error {
    /// Standard input is a terminal, or has ended before a whole line.
    case none
    /// The line is longer than any assignment.
    case tooLong
    case malformed(String)
}
