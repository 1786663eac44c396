import CLinux
import Glibc

/// Watches over the ties to the supervisor: standard input and SIGTERM.
struct SupervisorWatch: Sendable {
    private let signals: CInt

    /// Routes SIGTERM to a descriptor.
    ///
    /// Call before any other thread exists, as threads inherit the mask.
    ///
    /// - Returns: `nil` when the kernel gives no descriptor.
    init?() {
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &mask, nil)
        signals = signalfd(-1, &mask, CInt(SFD_CLOEXEC))
        guard signals >= 0 else { return nil }
    }

    /// Returns when there is something to read on standard input, or its end.
    ///
    /// SIGTERM ends the process meanwhile, which has nothing to do yet, so that its status tells.
    func waitForInput() {
        while true {
            let (isInput, isSignal) = wait()
            if isSignal { endBySignal() }
            if isInput { return }
        }
    }

    /// Lets the signal that waits have its own effect.
    private func endBySignal() {
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    }

    /// Returns when there may be something on standard input, or a signal.
    private func wait() -> (isInput: Bool, isSignal: Bool) {
        // No array: its type would be built anew in every worker.
        var watched = (
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
        )
        let count = withUnsafeMutablePointer(to: &watched) { both in
            both.withMemoryRebound(to: pollfd.self, capacity: 2) { poll($0, 2, -1) }
        }
        return count > 0 ? (watched.0.revents != 0, watched.1.revents != 0) : (false, false)
    }

    /// Stays until standard input ends, which ends the process.
    ///
    /// SIGTERM calls `stop`, every time.
    func run(stop: () -> Void) -> Never {
        while true {
            let (isInput, isSignal) = wait()
            if isInput, Self.hasEnded(STDIN_FILENO) { Self.supervisorIsGone() }
            if isSignal {
                var info = signalfd_siginfo()
                if read(signals, &info, MemoryLayout.size(ofValue: info)) > 0 { stop() }
            }
        }
    }

    /// Ends this process at once, with all that it may have started.
    ///
    /// In a process group of its own, as the supervisor starts it, the whole group goes. Started by
    /// hand the group is the shell's, and only this process ends.
    static func supervisorIsGone() -> Never {
        if getpgrp() == getpid() { kill(0, SIGKILL) }
        _exit(EX_UNAVAILABLE)
    }

    /// Reads and drops what is there: after the assignment it only matters that the supervisor says something.
    private static func hasEnded(_ descriptor: CInt) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            return count == 0 || count < 0 && errno != EINTR && errno != EAGAIN
        }
    }
}
