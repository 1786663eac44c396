import CSignals
import Glibc

/// What signals do to this process.
enum SignalDisposition {
    /// Ignores signals that would end the process, and its tasks with it, but have no meaning for it.
    ///
    /// SIGPIPE and SIGXFSZ: a pipe without a reader and a file that may not grow are errors of the write. Programs that are
    /// started get the defaults back.
    static func ignoreMeaningless() {
        let meaningless = [
            SIGPIPE, SIGXFSZ, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGPOLL, SIGPWR, SIGSTKFLT,
        ]
        for number in meaningless + Array(__libc_current_sigrtmin()...__libc_current_sigrtmax()) {
            signal(number, SIG_IGN)
        }
        signal_ignore_reserved()
    }

    /// Lets the process write to a terminal also from the background.
    ///
    /// With `stty tostop` the log would stop the process, and all that it supervises.
    static func ignoreBackgroundOutput() {
        signal(SIGTTOU, SIG_IGN)
    }

    static func isIgnored(_ signal: CInt) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        // SIG_IGN is the number 1 cast to a pointer, and not imported.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
