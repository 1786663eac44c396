/// Why the service ends.
enum ShutdownReason: Sendable, Hashable, CustomStringConvertible {
    /// A signal or a key; the second one ends everything at once.
    case requested(by: String)
    /// SIGQUIT, which ends everything at once.
    case immediate(by: String)
    /// The terminal has gone. Comes both as a signal and from the terminal itself, so a second one forces nothing.
    case terminalGone
    /// A part of the service has ended by itself.
    case partEnded(String)

    var description: String {
        switch self {
        case .requested(let name), .immediate(let name): name
        case .terminalGone: "the terminal has gone"
        case .partEnded(let name): "\(name) has ended"
        }
    }
}
