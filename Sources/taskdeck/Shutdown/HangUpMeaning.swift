import Glibc

/// The meaning of SIGHUP for this process.
enum HangUpMeaning {
    /// Ignored from the beginning, as nohup(1) has it.
    case ignored
    /// The terminal has gone.
    case terminalGone
    /// The log file has been rotated: the process never had a terminal.
    case reopensLog

    /// The meaning for this process, before it has changed what signals do.
    static var ofThisProcess: HangUpMeaning {
        if SignalDisposition.isIgnored(SIGHUP) { return .ignored }
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard terminal >= 0 else { return errno == ENXIO ? .reopensLog : .terminalGone }
        close(terminal)
        return .terminalGone
    }
}
