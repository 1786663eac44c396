import CTerminalGuard
import Glibc

/// A thread for blocking work, with a signal stack on which a stack overflow can be handled.
package struct TerminalThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    private let finished: AsyncStream<Void>

    /// Starts the thread.
    ///
    /// - Throws: ``TerminalUnavailable`` if the system is out of threads.
    package init(_ body: @escaping @Sendable () -> Void) throws(TerminalUnavailable) {
        let (finished, end) = AsyncStream.makeStream(of: Void.self)
        self.finished = finished
        let context = Unmanaged.passRetained(
            Body {
                body()
                end.finish()
            })
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { context in
                // The caller has retained the context for this thread.
                terminal_guard_add_signal_stack()
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                terminal_guard_remove_signal_stack()
                return nil
            }, context.toOpaque())
        guard error == 0 else {
            context.release()
            throw TerminalUnavailable(description: "no thread could be started")
        }
        pthread_detach(thread)
    }

    /// Adds a signal stack to a thread that was not started here.
    package static func addSignalStackToCurrentThread() {
        terminal_guard_add_signal_stack()
    }

    /// Waits until the body has returned, at most `limit`.
    ///
    /// - Returns: Whether the body has returned.
    package func wait(atMost limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in finished {}
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}
