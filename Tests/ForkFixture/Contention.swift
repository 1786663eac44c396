import CForkServer
import Glibc
import Synchronization

/// Nests a type into itself: each is one more for the runtime to build.
private struct Nested<Inner> {}

private let mutex = Mutex(0)
private let isHeld = Atomic(false)

private func builds<Inner>(_ type: Inner.Type, depth: Int) -> Int {
    depth == 0 ? 0 : 1 + builds(Nested<Inner>.self, depth: depth - 1)
}

private func start(_ body: @escaping @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?) -> pthread_t
{
    var thread = pthread_t()
    precondition(pthread_create(&thread, nil, body, nil) == 0)
    return thread
}

/// Serves requests until there are no more.
///
/// - Parameter leavesThread: whether a thread still runs when the workers are forked.
/// - Returns: An exit code.
func runForkServer(leavesThread: Bool) -> CInt {
    // So that this thread's id is cached, as the runtime itself does before main().
    takeLocks()
    let warmUp: @convention(c) () -> Void
    if leavesThread { warmUp = { leaveThread() } } else { warmUp = { takeLocks() } }
    return linux_run_fork_server(
        STDIN_FILENO, warmUp,
        {
            contendForMutex()
            contendForRuntime()
            print("contended: \(mutex.withLock { $0 })")
            exit(0)
        })
}

/// Acquires each of the process's locks once.
private func takeLocks() {
    mutex.withLock { $0 = 0 }
    _ = builds(Int.self, depth: 10)
}

/// Starts a thread that never ends.
private func leaveThread() {
    pthread_detach(
        start { _ in
            while true { pause() }
        })
}

/// Makes the second thread wait in the kernel for a lock that the first one has.
private func contendForMutex() {
    let second = mutex.withLock { value -> pthread_t in
        value += 1
        let second = start { _ in
            isHeld.store(true, ordering: .releasing)
            mutex.withLock { $0 += 1 }
            return nil
        }
        while !isHeld.load(ordering: .acquiring) { sched_yield() }
        // Time to begin waiting.
        usleep(50_000)
        return second
    }
    pthread_join(second, nil)
}

/// Has two threads build types at the same time, which locks for moments.
private func contendForRuntime() {
    let second = start { _ in
        _ = builds(UInt8.self, depth: 2000)
        return nil
    }
    _ = builds(Int8.self, depth: 2000)
    pthread_join(second, nil)
}
