import CLinux
import Glibc
import Processes

/// Watches the connection to the supervisor: standard input, SIGTERM and SIGQUIT.
struct SupervisorWatch: Sendable {
    private let signals: CInt

    /// What the supervisor, or somebody else, requests by a signal.
    enum Request {
        case stop
        /// To end at once, and with a program to report how that ended.
        case kill
    }

    /// Routes the signals to a descriptor.
    ///
    /// Must precede all threads that Swift starts, which inherit the signal mask.
    ///
    /// - Returns: `nil` when the kernel gives no descriptor.
    init?() {
        var mask = Self.mask
        pthread_sigmask(SIG_BLOCK, &mask, nil)
        signals = signalfd(-1, &mask, CInt(SFD_CLOEXEC))
        guard signals >= 0 else { return nil }
    }

    /// Returns when standard input can be read or has ended.
    ///
    /// Until then a signal ends the process: there is no work to stop, and its exit status shows the signal.
    func waitForInput() {
        while true {
            let (isInput, isSignal) = wait()
            if isSignal { endBySignal() }
            if isInput { return }
        }
    }

    /// Unblocks the pending signal, which has its default action then.
    private func endBySignal() {
        var mask = Self.mask
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    }

    /// Ends this process as SIGQUIT does by default.
    static func endByQuit() -> Never {
        signal(SIGQUIT, SIG_DFL)
        var mask = mask
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
        kill(getpid(), SIGQUIT)
        _exit(EX_SOFTWARE)
    }

    private static var mask: sigset_t {
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGTERM)
        sigaddset(&mask, SIGQUIT)
        return mask
    }

    /// Returns when standard input or a signal may be readable.
    private func wait() -> (isInput: Bool, isSignal: Bool) {
        // No array, whose type every worker would have to build.
        var watched = (
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
        )
        let count = withUnsafeMutablePointer(to: &watched) { both in
            both.withMemoryRebound(to: pollfd.self, capacity: 2) { poll($0, 2, -1) }
        }
        return count > 0 ? (watched.0.revents != 0, watched.1.revents != 0) : (false, false)
    }

    /// Watches until standard input ends, which ends the process.
    ///
    /// - Parameter onRequest: called for every signal.
    func run(onRequest: (Request) -> Void) -> Never {
        while true {
            let (isInput, isSignal) = wait()
            if isInput, Self.hasEnded(STDIN_FILENO) { Self.endProcesses() }
            if isSignal {
                var info = signalfd_siginfo()
                if read(signals, &info, MemoryLayout.size(ofValue: info)) > 0 {
                    onRequest(info.ssi_signo == UInt32(SIGQUIT) ? .kill : .stop)
                }
            }
        }
    }

    /// Kills this process and those that it has started: the supervisor has gone.
    ///
    /// A program and all that it has started come first, whichever groups they are in. As the leader of a process group,
    /// which the supervisor makes it, it kills the group. Started by hand it is in the shell's group, and only exits.
    static func endProcesses() -> Never {
        ProcessTree.endAll()
        if getpgrp() == getpid() { kill(0, SIGKILL) }
        _exit(EX_UNAVAILABLE)
    }

    /// Reads and discards: after the assignment only the end matters.
    private static func hasEnded(_ descriptor: CInt) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            return count == 0 || count < 0 && errno != EINTR && errno != EAGAIN
        }
    }
}
