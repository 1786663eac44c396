import JSON

/// A signal that may be sent to a program to request its end.
///
/// Signals that stop a program are missing: after them it would not end.
package enum ProgramSignal: String, Sendable, Hashable, CaseIterable, JSONReadable, JSONWritable {
    case hup = "SIGHUP"
    case int = "SIGINT"
    case quit = "SIGQUIT"
    case ill = "SIGILL"
    case trap = "SIGTRAP"
    case abrt = "SIGABRT"
    case bus = "SIGBUS"
    case fpe = "SIGFPE"
    case kill = "SIGKILL"
    case usr1 = "SIGUSR1"
    case segv = "SIGSEGV"
    case usr2 = "SIGUSR2"
    case pipe = "SIGPIPE"
    case alrm = "SIGALRM"
    case term = "SIGTERM"
    case stkflt = "SIGSTKFLT"
    case chld = "SIGCHLD"
    case cont = "SIGCONT"
    case urg = "SIGURG"
    case xcpu = "SIGXCPU"
    case xfsz = "SIGXFSZ"
    case vtalrm = "SIGVTALRM"
    case prof = "SIGPROF"
    case winch = "SIGWINCH"
    case io = "SIGIO"
    case pwr = "SIGPWR"
    case sys = "SIGSYS"

    /// The names by number from 1 on Linux, except on Alpha, MIPS, PA-RISC and SPARC.
    private static let names = [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP",
        "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR",
        "SIGSYS",
    ]
    /// The C library keeps two of the kernel's real-time signals, 32 and 33, for itself.
    private static let realTime: ClosedRange<Int32> = 34...64

    private static let numbers = Dictionary(
        uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0 + 1)) })

    /// The number for kill(2).
    package var number: Int32 {
        // Every raw value is one of the names; a test looks up all of them.
        Self.numbers[rawValue] ?? 0
    }

    /// The name of any signal: `SIGSTOP`, `SIGRTMIN+3`, or `signal 32` for one that has no name.
    package static func name(of number: Int32) -> String {
        if (1...Int32(names.count)).contains(number) { return names[Int(number) - 1] }
        guard realTime.contains(number) else { return "signal \(number)" }
        return number == realTime.lowerBound ? "SIGRTMIN" : "SIGRTMIN+\(number - realTime.lowerBound)"
    }
}
