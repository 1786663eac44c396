import CLinux
import Glibc
import NIOConcurrencyHelpers
import NIOPosix

/// Waits for processes to end, without reaping them, on one thread that lives as long as this process.
///
/// Sources of Dispatch do the same with four changes of thread for each end.
enum ProcessExit {
    private static let watch = Watch()

    /// Returns when the process of a pidfd has exited and is a zombie.
    static func wait(for descriptor: CInt) async {
        if let watch { return await watch.wait(for: descriptor) }
        await waitBlocking(for: descriptor)
    }

    /// Calls `action` on the waiting thread whenever a descriptor is readable.
    ///
    /// - Returns: `false` when the kernel has no room for the watch; nothing is called then.
    static func watch(_ descriptor: CInt, whenReadable action: @escaping @Sendable () -> Void) -> Bool {
        watch?.add(descriptor, action) ?? false
    }

    /// Waits on a thread of its own, for want of room for a watch.
    fileprivate static func waitBlocking(for descriptor: CInt) async {
        await OwnThread.run {
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            while poll(&watched, 1, -1) < 0, errno == EINTR {}
        }
    }
}

/// An epoll(7) descriptor and the thread that waits at it.
private final class Watch: Sendable {
    private let descriptor: CInt
    /// Called when a descriptor, not of a process, is readable.
    private let actions = NIOLockedValueBox<[CInt: @Sendable () -> Void]>([:])
    /// By pidfd.
    private let waiters = NIOLockedValueBox<[CInt: CheckedContinuation<Bool, Never>]>([:])

    /// - Returns: `nil` when the kernel gives no descriptor.
    init?() {
        descriptor = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        thread.submit { _ in self.run() }
    }

    func wait(for process: CInt) async {
        let isWatched = await withCheckedContinuation { continuation in
            waiters.withLockedValue { $0[process] = continuation }
            var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: process))
            if epoll_ctl(descriptor, EPOLL_CTL_ADD, process, &event) != 0 { resume(process, with: false) }
        }
        if !isWatched { await ProcessExit.waitBlocking(for: process) }
    }

    func add(_ source: CInt, _ action: @escaping @Sendable () -> Void) -> Bool {
        actions.withLockedValue { $0[source] = action }
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: source))
        return epoll_ctl(descriptor, EPOLL_CTL_ADD, source, &event) == 0
    }

    private func resume(_ process: CInt, with isWatched: Bool) {
        waiters.withLockedValue { $0.removeValue(forKey: process) }?.resume(returning: isWatched)
    }

    private func run() -> Never {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            let count = Int(epoll_wait(descriptor, &events, CInt(events.count), -1))
            for event in events.prefix(max(0, count)) {
                if let action = actions.withLockedValue({ $0[event.data.fd] }) {
                    action()
                    continue
                }
                // Before the waiter closes the descriptor, and its number is used again.
                epoll_ctl(descriptor, EPOLL_CTL_DEL, event.data.fd, nil)
                resume(event.data.fd, with: true)
            }
        }
    }
}
