import CLinux
import Glibc

/// A process that has done all that workers have in common, and forks one whenever the supervisor wants.
///
/// A program that starts from nothing has its libraries to load and the runtime's type metadata to build, which
/// takes longer than most of what follows. A forked one finds all that done, and shares the memory. The worker is
/// the supervisor's child, not this process's (CLONE_PARENT), so it is waited for, and signalled, as any other.
///
/// The supervisor sends three descriptors through the socket that is this process's standard input, which become
/// the worker's standard streams. The worker itself answers with its number, when it is the leader of a session
/// of its own. The end of the socket ends this process.
enum ForkServer {
    /// Returns in the workers only.
    static func run() {
        _ = linux_set_parent_death_signal(SIGKILL)
        Rehearsal.perform()
        var streams: [CInt] = [-1, -1, -1]
        while true {
            let count = linux_receive_descriptors(STDIN_FILENO, &streams)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { exit(0) }
            // Only this thread goes on in the worker; the rehearsal's stands still, and so holds no lock.
            switch linux_fork_sibling() {
            case 0: return becomeWorker(with: streams)
            case -1: answer(-errno)
            default: break
            }
            for stream in streams { close(stream) }
        }
    }

    private static func becomeWorker(with streams: [CInt]) {
        setsid()
        answer(getpid())
        // Never the same: this process's own standard streams are open.
        for (target, stream) in streams.enumerated() { dup2(stream, CInt(target)) }
        // Those that came, and what the rehearsal has left open.
        linux_close_from(STDERR_FILENO + 1)
    }

    private static func answer(_ number: Int32) {
        var number = number
        send(STDIN_FILENO, &number, MemoryLayout.size(ofValue: number), CInt(MSG_NOSIGNAL))
    }
}
