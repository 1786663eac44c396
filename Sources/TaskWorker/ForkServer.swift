import CLinux
import Glibc

/// A process that has done all that workers have in common, and forks one whenever the supervisor wants.
///
/// A program that starts from nothing has its libraries to load and the runtime's type metadata to build, which
/// takes longer than most of what follows. A forked one finds all that done, and shares the memory. The worker is
/// the supervisor's child, not this process's (CLONE_PARENT), so it is waited for, and signalled, as any other.
///
/// The supervisor sends three descriptors through the socket that is this process's standard input, which become
/// the worker's standard streams. The worker itself answers, with the request's number and its own, when it is the
/// leader of a session of its own. The end of the socket ends this process.
enum ForkServer {
    /// Has every worker do `work`, which does not return.
    ///
    /// None is a copy of a thread that has run Swift: the runtime notes, where nobody can change it, what number
    /// a thread has. It locks by that number, and in a worker, where the number is another, two threads that met
    /// at such a lock would wait for ever (the runtime's `ulock.h`, and FUTEX_LOCK_PI in futex(2)).
    ///
    /// - Parameter work: is to begin with ``becomeWorker(with:for:)``.
    static func run(_ work: @escaping @convention(c) (UnsafePointer<CInt>?, UInt64) -> Void) -> Never {
        _ = linux_set_parent_death_signal(SIGKILL)
        Rehearsal.perform()
        linux_share_code_with_forks()
        // All other threads stand still from now on, and so hold no lock.
        exit(linux_fork_siblings(STDIN_FILENO, work) == 0 ? 0 : EX_OSERR)
    }

    /// - Parameters:
    ///   - streams: the three descriptors that came for the worker.
    ///   - request: the number of the request that they came with.
    static func becomeWorker(with streams: UnsafePointer<CInt>?, for request: UInt64) {
        setsid()
        var answer = linux_fork_answer(request: request, result: getpid())
        send(STDIN_FILENO, &answer, MemoryLayout.size(ofValue: answer), CInt(MSG_NOSIGNAL))
        // Never the same: this process's own standard streams are open.
        for target in 0...STDERR_FILENO { if let streams { dup2(streams[Int(target)], target) } }
        // Those that came, and what the rehearsal has left open.
        linux_close_from(STDERR_FILENO + 1)
    }
}
