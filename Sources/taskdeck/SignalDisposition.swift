import CSignals
import Glibc

/// What SIGHUP means for this process.
enum HangUpMeaning {
    /// It was ignored from the beginning, as nohup(1) does.
    case nothing
    /// The terminal has gone.
    case ends
    /// There never was a terminal: the log file has been rotated.
    case reopensLog

    /// To be asked for before anything is changed.
    static var ofThisProcess: HangUpMeaning {
        if SignalDisposition.isIgnored(SIGHUP) { return .nothing }
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard terminal >= 0 else { return errno == ENXIO ? .reopensLog : .ends }
        close(terminal)
        return .ends
    }
}

/// What signals do to this process.
enum SignalDisposition {
    /// Signals that would end the process, and its tasks with it, but mean nothing to it.
    ///
    /// SIGPIPE and SIGXFSZ: a pipe without a reader and a file that may not grow are errors where they are written to.
    /// Programs that are started get the defaults back.
    static func ignoreMeaningless() {
        let meaningless = [
            SIGPIPE, SIGXFSZ, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGPOLL, SIGPWR, SIGSTKFLT,
        ]
        for number in meaningless + Array(__libc_current_sigrtmin()...__libc_current_sigrtmax()) {
            signal(number, SIG_IGN)
        }
        signal_pass_over_reserved()
    }

    /// Has the log and all else written to a terminal also from the background (`stty tostop`), which would stop the
    /// process, and all that it supervises.
    static func ignoreBackgroundOutput() {
        signal(SIGTTOU, SIG_IGN)
    }

    static func isIgnored(_ signal: CInt) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        // SIG_IGN is the number 1 made into a pointer, and not imported.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
